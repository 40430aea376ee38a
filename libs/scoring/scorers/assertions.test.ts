import { describe, expect, it } from 'vitest';
import { compileScoring } from '../compile-scoring.js';
import type { JudgeQuestion } from '../judging/judging.js';
import { judgesOf, scoringSpecSchema } from '../scoring-spec.js';
import { compileTargetProblems } from '../target-problems.js';
import { scoringInput } from '../testing/index.js';

const { signal } = new AbortController();

const specOf = (value?: string) => scoringSpecSchema.parse({ scorers: [{ type: 'assertions', value }] });

const scoreOf = async (metadata: Record<string, unknown>, output = 'It is Paris.', value?: string) => {
  const input = scoringInput({ output, targets: ['Paris'], metadata });
  return (await compileScoring(specOf(value))(input, signal)).scores.assertions!;
};

const problemsOf = (metadata: Record<string, unknown>): string[] =>
  compileTargetProblems(specOf())({ targets: ['Paris'], metadata });

const has = (value: string, more = {}) => ({ scorer: { type: 'contains_any', values: [value] }, ...more });

describe('assertions', () => {
  it.each<[string, object[], number | undefined, number, number]>([
    ['all pass', [has('Paris'), has('It')], undefined, 1, 1],
    ['one fails', [has('Paris'), has('Rome')], undefined, 0, 0.5],
    ['one fails, above the threshold', [has('Paris', { weight: 3 }), has('Rome')], 0.75, 1, 0.75],
    ['one fails, below the threshold', [has('Paris'), has('Rome')], 0.75, 0, 0.5],
    ['a threshold of nothing', [has('Rome')], 0, 1, 0],
    ['a value at its threshold', [{ scorer: { type: 'f1' }, threshold: 0.5 }], undefined, 1, 0.5],
    ['a value below it', [{ scorer: { type: 'f1' }, threshold: 0.51 }], undefined, 0, 0.5],
    ['targets of its own', [{ scorer: { type: 'exact' }, targets: ['It is Paris.'] }], undefined, 1, 1],
    ['targets of the sample', [{ scorer: { type: 'exact' } }], undefined, 0, 0],
    ['a group passes', [{ all: [has('It'), has('Paris')] }], undefined, 1, 1],
    ['one of a group fails', [{ all: [has('It'), has('Rome')] }, has('It')], undefined, 0, 0.75],
    [
      'a group reaches its threshold',
      [{ all: [has('It'), has('Rome')], threshold: 0.5 }, has('It')],
      undefined,
      1,
      0.75,
    ],
    ['a group weighs', [{ all: [has('Rome')], threshold: 0, weight: 3 }, has('It')], undefined, 1, 0.25],
    ['a set', [{ scorer: { type: 'not', scorer: { type: 'exact' } } }], undefined, 1, 1],
  ])('give, where %s, a verdict and a mean', async (_what, assertions, threshold, pass, mean) => {
    const metadata = { assertions, assertion_threshold: threshold };
    expect((await scoreOf(metadata)).value).toBe(pass);
    expect((await scoreOf(metadata, 'It is Paris.', 'mean')).value).toBeCloseTo(mean, 2);
  });

  it('say which of them fail, and why', async () => {
    const { explanation } = await scoreOf({ assertions: [has('Paris'), has('Rome', { name: 'Italian' })] });
    expect(explanation).toBe(
      '1 of 2 assertions pass; their weighted mean is 0.5000. Italian: The output does not have "Rome".',
    );
  });

  it('stay those of their sample, whatever was judged before', async () => {
    const judge = compileScoring(specOf());
    for (let i = 0; i < 100; i++) {
      const metadata = {
        assertions: [has(`word ${i % 50}!`, { name: 'n'.repeat(100) }), has('x'.repeat(900))],
      };
      const input = scoringInput({ output: `word ${i % 50}! ${'x'.repeat(900)}`, metadata });
      expect((await judge(input, signal)).score).toBe(1);
      expect((await judge({ ...input, output: `word ${i % 50} x` }, signal)).score).toBe(0);
    }
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['none', {}, 'has no "assertions"'],
    ['an empty list', { assertions: [] }, 'metadata.assertions is wrong: Too small'],
    ['an unknown scorer', { assertions: [{ scorer: { type: 'vibes' } }] }, 'assertions.0.scorer.type'],
    ['embeddings of nobody', { assertions: [{ scorer: { type: 'semantic_similarity' } }] }, 'names none'],
    ['itself', { assertions: [{ scorer: { type: 'assertions' } }] }, 'assertions.0.scorer.type'],
    ['a group in a group', { assertions: [{ all: [{ all: [has('x')] }] }] }, 'assertions.0.all.0.scorer'],
    ['a bad pattern', { assertions: [{ scorer: { type: 'regex', pattern: '(' } }] }, 'does not compile'],
    ['another key', { assertions: [has('x', { wieght: 2 })] }, 'Unrecognized key: "wieght"'],
    [
      'a target that does not fit',
      { assertions: [{ scorer: { type: 'numeric' } }] },
      '"numeric" cannot judge it',
    ],
    ['its own that does not', { assertions: [{ scorer: { type: 'numeric' }, targets: ['1', 'x'] }] }, '"x"'],
    ['too many characters', { assertions: [has('x', { name: 'n'.repeat(200_000) })] }, 'more than 200000'],
  ])('are refused with %s when samples are stored', (_what, metadata, message) => {
    expect(problemsOf(metadata)).toEqual([expect.stringContaining(message)]);
  });

  it('ask judges that the scorer names, about what the sample says', async () => {
    const spec = scoringSpecSchema.parse({ scorers: [{ type: 'assertions', judges: [{ agent: 'a@1' }] }] });
    expect(judgesOf(spec)).toEqual(['a@1']);
    const asked: string[] = [];
    const ask = async ({ system = '', judge }: JudgeQuestion) => {
      asked.push(`${judge} ${system.includes('Is it kind?')}`);
      const text = JSON.stringify({ id: /"id": "(\w+)"/.exec(system)?.[1], explanation: 'So.', pass: true });
      return { text, latencyMs: 1, inputTokens: 1, outputTokens: 1, costUsd: 0 };
    };
    const metadata = { assertions: [{ scorer: { type: 'llm_judge', criteria: 'Is it kind?' } }] };
    const input = scoringInput({ metadata, judging: { ask, verdicts: [] } });
    expect((await compileScoring(spec)(input, signal)).score).toBe(1);
    expect(asked).toEqual(['a@1 true']);
    expect(problemsOf(metadata)).toEqual([expect.stringContaining('names none')]);
    const own = {
      assertions: [{ scorer: { ...metadata.assertions[0]!.scorer, judges: [{ agent: 'b@1' }] } }],
    };
    expect(problemsOf(own)).toEqual([expect.stringContaining('for the scorer to name')]);
  });

  it('leave a trial unscored where they cannot be read', async () => {
    await expect(scoreOf({ assertions: [{ scorer: { type: 'vibes' } }] })).rejects.toMatchObject({
      code: 'nothing_expected',
    });
  });
});
