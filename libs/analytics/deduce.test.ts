import { describe, expect, it } from 'vitest';
import { correlations } from './deduce-correlations.js';
import { itemPatterns } from './deduce-items.js';
import { judgePatterns } from './deduce-judges.js';
import { deduce, type Findings } from './deduce.js';
import { summarizeRun } from './entry-summary.js';
import { aRun, binary } from './testing/index.js';

const NOTHING: Findings = { metrics: [], pairs: [], tries: [], agreed: [], shared: 0, answers: [] };
const [entry] = summarizeRun(aRun([{ name: 'a', rollup: binary(12, 24) }]));
const entryId = entry!.entryId;

describe('correlations', () => {
  const metric = (n: number, rho: number, name: 'latency' | 'cost' = 'latency') => ({
    ...{ entry: entryId, metric: name, r: rho, rho, n },
  });
  const of = (...metrics: ReturnType<typeof metric>[]) => correlations([entry!], { metrics, pairs: [] });

  it('shows a relation only after correction over all of them', () => {
    // scipy 1.17.1: 2·t.sf(0.45·√(18 / (1 − 0.45²)), 18) = 0.0465; twice that is no relation any more.
    const [alone] = of(metric(20, 0.45));
    expect(alone!.p_value).toBeCloseTo(0.04649620273146358, 10);
    expect(alone!.description).toContain('related, which is not to say why');
    const both = of(metric(20, 0.45), metric(20, 0.45, 'cost'));
    expect(both.map(({ p_holm }) => p_holm)).toEqual([alone!.p_value! * 2, alone!.p_value! * 2]);
    expect(both[0]!.description).toContain('by Holm over 2 correlations); no relation is shown');
  });

  it('has no test of two samples, and bears rounding beyond 1', () => {
    expect(of(metric(2, 1.0000000000000002))).toEqual([
      {
        ...{ kind: 'latency_score', agents: ['a'], r: 1, rho: 1, n: 2 },
        ...{ ci_low: null, ci_high: null, p_value: null, p_holm: null },
        description:
          'Latency and score of a over 2 samples: r = 1.00, rho = 1.00; too few samples for a test.',
      },
    ]);
  });
});

describe('retries', () => {
  const tries = (retried: boolean, right: number, n: number) => {
    const mean = right / n;
    return { entry: entryId, retried, n, mean, variance: n > 1 ? (mean * (1 - mean) * n) / (n - 1) : null };
  };
  const of = (...found: Findings['tries']) =>
    deduce([entry!], { ...NOTHING, tries: found }, null, []).patterns as {
      difference: unknown;
      description: string;
    }[];

  it('are tested by Welch', () => {
    // scipy 1.17.1: ttest_ind([1]*3 + [0]*9, [1]*9 + [0]*3, equal_var=False)
    const [found] = of(tries(false, 9, 12), tries(true, 3, 12));
    expect(found!.difference).toEqual({
      points: -50,
      ci_low: expect.closeTo(-88.29141920452841, 8) as number,
      ci_high: expect.closeTo(-11.708580795471585, 8) as number,
      p_value: expect.closeTo(0.012845420968005769, 10) as number,
      p_holm: expect.closeTo(0.012845420968005769, 10) as number,
    });
    expect(found!.description).toContain(
      'a difference of −50.0 points (95 % interval −88.3 to −11.7, p = 0.013): asked again, it does not score the same',
    );
  });

  it('are not tested where there are few, or nothing varies', () => {
    expect(of(tries(false, 9, 12), tries(true, 0, 1))[0]!.difference).toBeNull();
    expect(of(tries(false, 12, 12), tries(true, 0, 12))[0]).toMatchObject({
      difference: null,
      description: expect.stringContaining('the intervals do not overlap') as string,
    });
    expect(of(tries(false, 9, 12))).toEqual([]);
  });
});

describe('itemPatterns', () => {
  const items = (...rows: (number | null)[][]) => rows.map((scores, i) => ({ id: `s${i}`, scores }));

  it('ranks what few had right, with enough entries', () => {
    const found = itemPatterns({
      ...{ entries: 5, others: 0, stride: 2 },
      items: items([1, 1, 0, 1, 1], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0], [null, null, null, null, null]),
    });
    expect(found.patterns).toEqual([
      {
        ...{ kind: 'hardest', samples: 2, of: 3, entries: 5, sample_ids: ['s1', 's0'], accuracies: [20, 80] },
        description:
          'Hardest of the samples that some of 5 entries had right: s1 (20.0 % of 5) and s0 (80.0 % of 5).',
      },
    ]);
    expect(found.basis.description).toBe(
      '3 samples, one of every 2, over 5 entries; whether samples are saturated, unsolved or reversed is told from 10 on.',
    );
  });

  it('says nothing of samples that one entry answered', () => {
    expect(itemPatterns({ entries: 1, others: 0, stride: 1, items: items([1], [0]) })).toMatchObject({
      patterns: [],
      basis: { samples: 2, entries: 1, of_other_runs: 0 },
    });
    expect(itemPatterns({ entries: 1, others: 0, stride: 1, items: [] }).basis.samples).toBe(0);
  });
});

describe('judgePatterns', () => {
  it('give the share with its interval', () => {
    // scipy 1.17.1: binomtest(12, 40).proportion_ci(method='wilson')
    const [found] = judgePatterns([
      { kind: 'judges_differ', scorer: 'good', judge: null, cases: 40, differing: 12, spread: 0.3 },
    ]);
    expect(found!.ci_low).toBeCloseTo(0.18074845229746528, 9);
    expect(found!.ci_high).toBeCloseTo(0.45430018818144935, 9);
    expect(found!.description).toBe(
      'The judges of good differed on 12 of 40 trials (30.0 %, 95 % interval 18.1 to 45.4 %), on average 0.30 apart of 1.',
    );
  });

  it('name the judge that contradicts itself', () => {
    const own = { scorer: 'good', judge: 'x@1', cases: 2, differing: 0, spread: 0 };
    const texts = judgePatterns([
      { kind: 'judge_repeats', ...own },
      { kind: 'judge_order', ...own },
    ]).map(({ description }) => description);
    expect(texts).toEqual([
      expect.stringMatching(/^x@1 as a judge of good differed with itself on 0 of 2 trials/),
      expect.stringMatching(/^x@1 as a judge of good changed its verdict with the order of 0 of 2 pairs/),
    ]);
    expect(judgePatterns([])).toEqual([]);
  });
});
