import { describe, expect, it } from 'vitest';
import type { JudgeQuestion, Verdict } from '../judging/judging.js';
import { judgesOf, scoringSpecSchema } from '../scoring-spec.js';
import { scoringInput } from '../testing/index.js';
import { bindScorer, scorerSchema, scorerVersion } from './bind-scorer.js';
import { defineScorer } from './define-scorer.js';
import { noTargetProblem } from './no-target.js';
import { scorerCatalogue } from './scorer-catalogue.js';
import { setsOf } from './sets.js';

const { signal } = new AbortController();
const yes = { type: 'contains_any', values: ['Paris'] };
const no = { type: 'contains_any', values: ['Rome'] };
const half = { type: 'f1' };

const value = async (spec: unknown): Promise<number> => {
  const input = scoringInput({ output: 'Paris is it', targets: ['Paris'] });
  return (await bindScorer(scorerSchema.parse(spec)).score(input, signal)).value;
};

describe('sets of scorers', () => {
  it.each<[object, number]>([
    [{ type: 'not', scorer: yes }, 0],
    [{ type: 'not', scorer: half }, 0.5],
    [{ type: 'all_of', scorers: [yes, no] }, 0],
    [{ type: 'all_of', scorers: [yes, half] }, 0],
    [{ type: 'all_of', scorers: [yes, half], threshold: 0.5 }, 1],
    [{ type: 'any_of', scorers: [no, yes] }, 1],
    [{ type: 'any_of', scorers: [no, half] }, 0],
    [{ type: 'any_of', scorers: [no, half], threshold: 0.5 }, 1],
    [{ type: 'weighted', scorers: [{ weight: 3, scorer: yes }, { scorer: no }] }, 0.75],
    [{ type: 'weighted', scorers: [{ weight: 3, scorer: yes }, { scorer: no }], threshold: 0.75 }, 1],
    [{ type: 'weighted', scorers: [{ scorer: yes }, { scorer: no }], threshold: 0.75 }, 0],
    [{ type: 'all_of', scorers: [yes, { type: 'not', scorer: no }] }, 1],
  ])('%j is %d', async (spec, expected) => {
    expect(await value(spec)).toBeCloseTo(expected, 2);
  });

  it('asks no scorer behind the one that decides', async () => {
    const asked: string[] = [];
    const record = (type: string, result: number) =>
      defineScorer({
        type,
        version: 3,
        options: {},
        bind: () => ({
          score: async () => {
            asked.push(type);
            return { value: result, answer: null, explanation: 'x' };
          },
          targetProblem: noTargetProblem,
        }),
      });
    const inner = scorerCatalogue([record('pass', 1), record('fail', 0)]);
    const catalogue = scorerCatalogue(setsOf(inner));
    const [pass, fail] = [{ type: 'pass' }, { type: 'fail' }];
    for (const type of ['all_of', 'any_of']) {
      const spec = catalogue.schema.parse({ type, scorers: [pass, fail, pass] });
      await catalogue
        .bind(spec, { name: type, sandboxes: { python: false } })
        .score(scoringInput({}), signal);
      asked.push('|');
    }
    expect(asked.join(' ')).toBe('pass fail | pass |');
    expect(catalogue.version(catalogue.schema.parse({ type: 'all_of', scorers: [pass, fail] }))).toBe(7);
  });

  it('has the problems of what it holds, and their versions', () => {
    const spec = scorerSchema.parse({
      type: 'not',
      scorer: { type: 'any_of', scorers: [yes, { type: 'numeric' }] },
    });
    expect(bindScorer(spec).targetProblem('ten')).toContain('not a number');
    expect(scorerVersion(spec)).toBe(4);
  });

  it('holds judges and code like any other scorer, and names each by its place', async () => {
    const judgedBy = (agent: string) => ({ type: 'llm_judge', criteria: 'Kind.', judges: [{ agent }] });
    const not = { type: 'not', scorer: judgedBy('b@1') };
    const runs = { type: 'code', language: 'javascript' };
    const spec = {
      type: 'weighted',
      name: 'kind',
      scorers: [judgedBy('a@1'), not, runs].map((scorer) => ({ scorer })),
    };
    const parsed = scorerSchema.parse(spec);
    const verdicts: Verdict[] = [];
    const ask = async ({ judge, system }: JudgeQuestion) => {
      const id = /"id": "(\w+)"/.exec(system ?? '')?.[1];
      const text = JSON.stringify({ id, explanation: 'So.', pass: judge === 'a@1' });
      return { text, latencyMs: 5, inputTokens: 7, outputTokens: 3, costUsd: 0.01 };
    };
    const input = {
      output: 'const x = 1;',
      metadata: { tests: 'assert(x === 2)' },
      judging: { ask, verdicts },
    };
    const { value, explanation } = await bindScorer(parsed).score(scoringInput(input), signal);
    expect(value).toBeCloseTo(2 / 3, 12);
    expect(explanation).toBe('The weighted mean is 0.6667: llm_judge 1.0000, not 1.0000, code 0.0000.');
    expect(verdicts).toMatchObject([
      { scorer: 'kind.0', judge: 'a@1', value: 1 },
      { scorer: 'kind.1', judge: 'b@1', value: 0 },
    ]);
    expect(judgesOf(scoringSpecSchema.parse({ scorers: [spec, not] }))).toEqual(['a@1', 'b@1']);
    const python = scorerSchema.parse({ type: 'not', scorer: { ...runs, language: 'python' } });
    await expect(bindScorer(python).score(scoringInput(input), signal)).rejects.toMatchObject({
      code: 'python_not_allowed',
    });
  });

  it('holds sets, which hold no sets, and scorers without names, weights and extractions', () => {
    const not = (scorer: object) => ({ type: 'not', scorer });
    expect(scorerSchema.safeParse(not(not(yes))).success).toBe(true);
    expect(scorerSchema.safeParse(not(not(not(yes)))).success).toBe(false);
    expect(scorerSchema.safeParse(not({ ...yes, extraction: 'x' })).success).toBe(false);
  });
});
