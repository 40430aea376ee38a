import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Score, ScoringInput, TrialFacts } from '../score.js';
import { scoringInput } from '../testing/index.js';
import { bindScorer, scorerSchema } from './bind-scorer.js';

interface Example {
  scorer: { type: string };
  input: Partial<Omit<ScoringInput, 'trial'>> & { trial?: Partial<TrialFacts> };
  score: Pick<Score, 'value' | 'explanation'>;
}

const page = readFileSync(new URL('../../../docs/scorers.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^## (\w+)\n.*?^(`{3,})json\n(.*?)^\2/gms)].map(
  ([, title, , json]) => [title!, JSON.parse(json!) as Example] as const,
);

describe('docs/scorers.md', () => {
  it('has a section for every scorer but those that have a page of their own', () => {
    const types = scorerSchema.options.map(({ shape }) => shape.type.value);
    expect(
      [...examples.map(([title]) => title), 'llm_judge', 'semantic_similarity', 'code', 'imported'].sort(),
    ).toEqual([...types].sort());
  });

  it.each(examples)('shows what %s gives', async (title, { scorer, input, score }) => {
    expect(scorer.type).toBe(title);
    const trial = { ...scoringInput({}).trial, ...input.trial };
    const { signal } = new AbortController();
    const given = await bindScorer(scorerSchema.parse(scorer)).score(
      scoringInput({ ...input, trial }),
      signal,
    );
    expect({ value: given.value, explanation: given.explanation }).toEqual(score);
  });
});
