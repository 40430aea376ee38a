import { describe, expect, it } from 'vitest';
import { correlations } from './deduce-correlations.js';
import type { JudgeFinding } from './deduce-judges.js';
import { deduce, type Findings } from './deduce.js';
import { deductionAdvice } from './deduction-advice.js';
import { summarizeRun } from './entry-summary.js';
import { aRun, binary } from './testing/index.js';

const NOTHING: Findings = { metrics: [], pairs: [], tries: [], agreed: [], shared: 0, answers: [] };
const entries = summarizeRun(
  aRun([
    { name: 'a', rollup: binary(12, 24) },
    { name: 'b', rollup: binary(10, 24) },
  ]),
);
const [a, b] = entries.map(({ entryId }) => entryId) as [string, string];
const advise = (findings: Partial<Findings>, judges: JudgeFinding[] = []) =>
  deductionAdvice(deduce(entries, { ...NOTHING, ...findings }, null, judges));

describe('deductionAdvice', () => {
  it('says nothing where nothing was found', () => {
    expect(advise({})).toEqual([]);
  });

  it('names samples that all agents of the run had right or wrong, with their share', () => {
    const agreed: Findings['agreed'] = [
      { score: 0, samples: 1, ids: ['s9'] },
      { score: 1, samples: 5, ids: ['s1', 's2', 's3', 's4', 's5'] },
    ];
    expect(advise({ agreed, shared: 24 })).toEqual([
      'Replace 5 samples of 24 (20.8 %: s1, s2, s3, and 2 more) that all agents had right: the other 19 alone tell agents apart.',
      'Check the targets of 1 sample of 24 (4.2 %: s9) that no agent had right: they are too hard, or wrong.',
    ]);
    // 5 of 60 are too few to change a benchmark for.
    expect(advise({ agreed: agreed.slice(1), shared: 60 })).toEqual([]);
  });

  it('prefers what many entries show, and finds samples that the better ones had wrong', () => {
    // 12 entries of growing strength; s0 is right for all, s1 for none, s2 for the weaker half only.
    const strong = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: 12 }, (_, j) => Number(j > i + 1)),
    );
    const items = [
      Array<number>(12).fill(1),
      Array<number>(12).fill(0),
      Array.from({ length: 12 }, (_, j) => Number(j < 6)),
      ...strong,
    ].map((scores, i) => ({ id: `s${i}`, scores }));
    const advice = deductionAdvice(
      deduce(
        entries,
        { ...NOTHING, agreed: [{ score: 1, samples: 9, ids: ['t1'] }], shared: 11 },
        { entries: 12, others: 10, stride: 1, items },
        [],
      ),
    );
    expect(advice).toEqual([
      // One of 11 is less than a tenth.
      'Check the targets of 1 sample of 11 (9.1 %: s1) that none of 12 entries had right: they are too hard, or wrong.',
      expect.stringMatching(
        /^Check the targets of 1 sample of 11 \(9\.1 %: s2\) that better entries had wrong more often: discrimination down to -0\.\d\d, 0\.2 expected by chance, 1 left after correction\.$/,
      ),
    ]);
  });

  it('tells of judges only where their disagreement is surely above a tenth', () => {
    const found = { scorer: 'good', judge: 'x@1', cases: 40, differing: 12, spread: 0.3 };
    const kinds = ['judges_differ', 'judge_repeats', 'judge_order'] as const;
    // scipy 1.17.1: binomtest(12, 40).proportion_ci(method='wilson') = 0.1807, 0.4543; of 6 in 40 it begins at 0.0706
    expect(
      advise(
        {},
        kinds.map((kind) => ({ ...found, kind })),
      ),
    ).toEqual([
      'Sharpen the rubric of good, or label some trials by hand: its judges differed on 12 of 40 trials (30.0 %, 95 % interval 18.1 to 45.4 %).',
      'Ask x@1 more often for each vote of good: asked again, it differed on 12 of 40 trials (30.0 %, 95 % interval 18.1 to 45.4 %).',
      'Use another judge than x@1 for good: the order changed its verdict on 12 of 40 pairs (30.0 %, 95 % interval 18.1 to 45.4 %).',
    ]);
    expect(
      advise(
        {},
        kinds.map((kind) => ({ ...found, kind, differing: 6 })),
      ),
    ).toEqual([]);
  });

  it('tells of retries that score differently, and of none that do not', () => {
    const tries = (retried: boolean, right: number) => {
      const mean = right / 12;
      return { entry: a, retried, n: 12, mean, variance: (mean * (1 - mean) * 12) / 11 };
    };
    expect(advise({ tries: [tries(false, 9), tries(true, 3)] })).toEqual([
      'Find out why a had to be asked again before relying on its score, since those trials score differently: −50.0 points (95 % interval −88.3 to −11.7, p = 0.013) over 12 against 12 trials.',
    ]);
    expect(advise({ tries: [tries(false, 9), tries(true, 8)] })).toEqual([]);
  });

  it('tells of correlations that are shown and strong, in their direction', () => {
    const of = (rho: number, n: number, metric: 'latency' | 'cost' = 'latency') =>
      advise({ metrics: [{ entry: a, metric, r: rho, rho, n }] });
    expect(of(-0.5, 100)).toEqual([
      'Read the slowest answers of a, which score worse: rho = -0.50 over 100 samples (p < 0.001).',
    ]);
    expect(of(0.5, 100, 'cost')[0]).toMatch(
      /^Read the cheapest answers of a, which score worse: rho = 0\.50/,
    );
    expect(of(-0.5, 10)).toEqual([]); // p = 0.14
    expect(of(-0.2, 1000)).toEqual([]); // shown, and weak
    expect(advise({ pairs: [{ a, b, r: 0.8, n: 100 }] })).toEqual([
      'Compare a and b by a paired test: their scores correlate with r = 0.80 over 100 samples (p < 0.001), so that it needs about 20.0 % of the samples of an unpaired one.',
    ]);
    expect(
      correlations(entries, { metrics: [], pairs: [{ a, b, r: -0.8, n: 100 }] })[0]!.p_holm,
    ).toBeLessThan(0.05);
    expect(advise({ pairs: [{ a, b, r: -0.8, n: 100 }] })).toEqual([]);
  });
});
