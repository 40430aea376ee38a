import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentsOf } from '../moments.js';
import { benjaminiHochberg, holm } from './adjust-p-values.js';
import { alignBySample } from './align-by-sample.js';
import { comparePairs } from './compare-pairs.js';
import { decideGate } from './decide-gate.js';
import { mcnemarPValue } from './mcnemar.js';
import { pairedBootstrap } from './paired-bootstrap.js';
import { pairedProportionInterval } from './paired-proportions.js';
import { verdict } from './verdict.js';
import { compareUnpaired } from './welch.js';

// Every reference value is from scipy 1.17.1 or statsmodels 0.15.0 by test/conformance/reference/statistics.py.
const A = [0.9, 0.4, 0.75, 0.6, 1, 0.3, 0.85, 0.5, 0.7, 0.95, 0.2, 0.65];
const B = [0.7, 0.45, 0.5, 0.6, 0.8, 0.35, 0.8, 0.4, 0.75, 0.6, 0.1, 0.7];
const CLUSTERS = [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4];

describe('alignBySample', () => {
  it('keeps what both have, and counts the rest', () => {
    const aligned = alignBySample(
      new Map([
        ['x', 1],
        ['y', 0],
        ['z', 0.5],
      ]),
      new Map([
        ['z', 0.25],
        ['w', 1],
        ['x', 0],
      ]),
    );
    expect(aligned).toEqual({
      ids: ['x', 'z'],
      candidate: Float64Array.of(1, 0.5),
      baseline: Float64Array.of(0, 0.25),
      onlyCandidate: 1,
      onlyBaseline: 1,
    });
  });
});

describe('comparePairs', () => {
  it('is the paired t test on scores between 0 and 1', () => {
    const comparison = comparePairs(A, B)!;
    expect(comparison).toMatchObject({ method: 'paired_t', n: 12, wins: 7, ties: 1, losses: 4 });
    // stats.ttest_rel(A, B): pvalue, confidence_interval(0.95); stats.pearsonr(A, B).statistic
    expect(comparison.estimate).toBeCloseTo(0.0875, 12);
    expect(comparison.pValue).toBeCloseTo(0.04862359095538199, 10);
    expect(comparison.interval!.low).toBeCloseTo(0.0006303430611769995, 10);
    expect(comparison.interval!.high).toBeCloseTo(0.17436965693882295, 10);
    expect(comparison.correlation).toBeCloseTo(0.8505565097702905, 12);
    expect(comparison.candidateMean - comparison.baselineMean).toBeCloseTo(0.0875, 12);
  });

  it('is robust to clusters where they are given', () => {
    const comparison = comparePairs(A, B, { clusters: CLUSTERS })!;
    expect(comparison.method).toBe('cluster_robust_t');
    // sm.OLS(A - B, 1).fit(cov_type='cluster', cov_kwds={'groups': CLUSTERS}, use_t=True): bse, pvalues, conf_int()
    expect(comparison.standardError).toBeCloseTo(0.025884945082894132, 12);
    expect(comparison.pValue).toBeCloseTo(0.027776640307063026, 12);
    expect(comparison.interval!.low).toBeCloseTo(0.015631870926284902, 10);
    expect(comparison.interval!.high).toBeCloseTo(0.15936812907371511, 10);
  });

  it("is McNemar's test on right and wrong", () => {
    const candidate = [1, 1, 1, 1, 0, 0, 1, 1, 0, 1];
    const baseline = [0, 0, 0, 1, 0, 1, 1, 0, 0, 0];
    const comparison = comparePairs(candidate, baseline)!;
    expect(comparison).toMatchObject({ method: 'mcnemar', wins: 5, ties: 4, losses: 1 });
    expect(comparison.pValue).toBe(mcnemarPValue(5, 1));
    expect(comparison.interval).toEqual(pairedProportionInterval(5, 1, 10));
  });

  it('falls back on the sign test where all differences are equal', () => {
    expect(comparePairs([0.5, 0.75, 0.5], [0.25, 0.5, 0.25])).toMatchObject({ pValue: 0.25, interval: null });
    const six = comparePairs(Array<number>(6).fill(0.75), Array<number>(6).fill(0.5));
    expect(six).toMatchObject({ pValue: 1 / 32, interval: { low: 0.25, high: 0.25 } });
    expect(comparePairs([0.5, 0.7], [0.5, 0.7])).toMatchObject({
      estimate: 0,
      pValue: 1,
      ties: 2,
      interval: null,
    });
    // One cluster is one unit, whatever its size.
    expect(comparePairs(A, A, { clusters: A.map(() => 'x') })).toMatchObject({
      pValue: null,
      interval: null,
    });
  });

  it('takes for equal what differs by rounding alone', () => {
    const [candidate, baseline] = [
      [0.1 + 0.2, 0.7 + 0.1, 0.1 + 0.2, 0.7 + 0.1, 0.1 + 0.2, 0.7 + 0.1],
      [0.3, 0.8, 0.3, 0.8, 0.3, 0.8],
    ];
    const equal = { estimate: 0, standardError: 0, pValue: 1, wins: 0, ties: 6, losses: 0 };
    expect(comparePairs(candidate, baseline)).toMatchObject(equal);
    const clusters = [0, 0, 0, 1, 1, 1];
    expect(comparePairs(candidate, baseline, { clusters })).toMatchObject(equal);
    expect(pairedBootstrap(candidate, baseline, 'x')).toBeNull();

    // All by 0.2, of which the last bits differ: the sign test, not a t of 10^15.
    const [more, less] = [
      [0.3, 0.5, 0.7],
      [0.1, 0.3, 0.5],
    ];
    expect(comparePairs(more, less)).toMatchObject({ standardError: 0, pValue: 0.25, interval: null });
    expect(comparePairs(more, less, { clusters: ['a', 'b', 'c'] })!.pValue).toBe(0.25);
    expect(comparePairs([0.3, 0.5, 0.3, 0.5], [0.1, 0.4, 0.1, 0.4], { clusters: [0, 0, 1, 1] })!.pValue).toBe(
      0.5,
    );
    expect(pairedBootstrap(more, less, 'x')).toBeNull();
  });

  it('of one sample has no spread, of none is null', () => {
    expect(comparePairs([0.5], [0.4])).toMatchObject({
      n: 1,
      standardError: null,
      pValue: null,
      interval: null,
    });
    expect(comparePairs([], [])).toBeNull();
    expect(() => comparePairs([1, 2], [1])).toThrow('cannot be matched');
  });

  it('mirrors when the two change places', () => {
    const scores = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 3,
    });
    fc.assert(
      fc.property(scores, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const [there, back] = [comparePairs(a, b)!, comparePairs(b, a)!];
        expect(back.estimate).toBeCloseTo(-there.estimate, 12);
        expect(back.pValue).toBeCloseTo(there.pValue!, 12);
        expect([back.wins, back.ties, back.losses]).toEqual([there.losses, there.ties, there.wins]);
        if (there.interval) expect(back.interval!.low).toBeCloseTo(-there.interval.high, 12);
      }),
    );
  });
});

describe('mcnemarPValue', () => {
  // statsmodels contingency_tables.mcnemar([[9, wins], [losses, 9]], exact=True).pvalue
  it.each([
    [3, 9, 0.14599609375],
    [0, 5, 0.0625],
    [40, 25, 0.08168153394154003],
    [7, 7, 1],
    [320, 250, 0.0038132041317241994],
    [0, 0, 1],
  ])('of %d wins and %d losses is %d', (wins, losses, expected) => {
    expect(mcnemarPValue(wins, losses)).toBeCloseTo(expected, 10);
  });
});

describe('pairedProportionInterval', () => {
  // Bonett & Price 2012 with stats.norm.ppf(0.975): bonett_price(wins, losses, n)
  it.each([
    [15, 5, 100, 0.009942397356103375, 0.18613603401644563],
    [0, 0, 30, -0.08661898902185487, 0.08661898902185487],
  ])('of %d wins and %d losses in %d is %d to %d', (wins, losses, n, low, high) => {
    const interval = pairedProportionInterval(wins, losses, n)!;
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  });

  it('is unknown for no samples', () => {
    expect(pairedProportionInterval(0, 0, 0)).toBeNull();
  });
});

describe('pairedBootstrap', () => {
  const deltas = Array.from({ length: 800 }, (_, i) => (((i * 7919) % 1009) / 1009) ** 2 * 0.6 - 0.16);
  const zeros = deltas.map(() => 0);

  it("agrees with scipy's BCa of many more resamples", () => {
    const { interval, resamples, pValue } = pairedBootstrap(deltas, zeros, 'reference')!;
    // stats.bootstrap((deltas,), np.mean, n_resamples=400_000, method='BCa').confidence_interval
    expect(resamples).toBe(10_000);
    expect(Math.abs(interval.low - 0.028208682537297875)).toBeLessThan(1e-3);
    expect(Math.abs(interval.high - 0.05302277104757165)).toBeLessThan(1e-3);
    expect(pValue).toBe(1 / 10_001);
  });

  it('gives the same for the same seed only', () => {
    const first = pairedBootstrap(A, B, 'one');
    expect(pairedBootstrap(A, B, 'one')).toEqual(first);
    expect(pairedBootstrap(A, B, 'two')).not.toEqual(first);
  });

  it('makes fewer resamples of many samples, and stops where they say no more', () => {
    const many = Float64Array.from({ length: 50_000 }, (_, i) => i % 2);
    const none = new Float64Array(50_000);
    expect(pairedBootstrap(many, none, 'x')!.resamples).toBe(1_000);
    expect(pairedBootstrap(new Float64Array(50_001), new Float64Array(50_001), 'x')).toBeNull();
  });

  it('is null where nothing varies', () => {
    expect(pairedBootstrap([], [], 'x')).toBeNull();
    expect(pairedBootstrap([1], [0], 'x')).toBeNull();
    expect(pairedBootstrap([0.1, 0.1, 0.1], [0, 0, 0], 'x')).toBeNull();
  });
});

describe('compareUnpaired', () => {
  it("is Welch's test", () => {
    const comparison = compareUnpaired(momentsOf(A), momentsOf(B.slice(0, 9)))!;
    // stats.ttest_ind(A, B[:9], equal_var=False): pvalue, df, confidence_interval(0.95)
    expect(comparison.pValue).toBeCloseTo(0.5659268251337441, 10);
    expect(comparison.degreesOfFreedom).toBeCloseTo(18.868531957990086, 10);
    expect(comparison.interval!.low).toBeCloseTo(-0.14353751283560107, 10);
    expect(comparison.interval!.high).toBeCloseTo(0.25464862394671245, 10);
  });

  it('says nothing where the spread is unknown', () => {
    const unknown = { degreesOfFreedom: null, standardError: null, pValue: null, interval: null };
    expect(compareUnpaired(momentsOf([1]), momentsOf([0, 1]))).toMatchObject(unknown);
    expect(compareUnpaired(momentsOf([1, 1]), momentsOf([0, 0]))).toMatchObject({ estimate: 1, ...unknown });
    expect(compareUnpaired(momentsOf([]), momentsOf([0, 1]))).toBeNull();
  });
});

describe('adjusted p-values', () => {
  const p = [0.01, 0.04, 0.03, 0.005, 0.6, 0.04];
  const round = (values: (number | null)[]): (number | null)[] =>
    values.map((v) => v && Number(v.toFixed(12)));

  it('agree with statsmodels', () => {
    // multitest.multipletests(p, method='holm')[1] and method='fdr_bh'
    expect(round(holm(p))).toEqual([0.05, 0.12, 0.12, 0.03, 0.6, 0.12]);
    expect(round(benjaminiHochberg(p))).toEqual([0.03, 0.048, 0.048, 0.03, 0.6, 0.048]);
  });

  it('leave out tests that could not be made', () => {
    expect(holm([0.02, null, 0.5])).toEqual([0.04, null, 0.5]);
    expect(benjaminiHochberg([null, 0.02, 0.5])).toEqual([null, 0.04, 0.5]);
    expect(holm([])).toEqual([]);
  });
});

describe('verdict', () => {
  const compared = {
    estimate: 0.03,
    standardError: 0.01,
    pValue: 0.003,
    n: 400,
    interval: { low: 0.01, high: 0.05 },
  };

  it('is better or worse where the test says so', () => {
    expect(verdict(compared, 0.02)).toEqual({ verdict: 'better', settledBy: null });
    expect(verdict({ ...compared, estimate: -0.03 }, 0.02).verdict).toBe('worse');
  });

  it('shows no difference only when the whole interval is within the margin', () => {
    const small = { ...compared, estimate: 0.001, pValue: 0.9, interval: { low: -0.0186, high: 0.0206 } };
    expect(verdict(small, 0.021)).toEqual({ verdict: 'no_difference_shown', settledBy: null });
    expect(verdict(small, 0.02).verdict).toBe('inconclusive');
  });

  it('says how many samples would settle it', () => {
    const open = { ...compared, estimate: 0.01, pValue: 0.32, interval: { low: -0.0096, high: 0.0296 } };
    // (stats.norm.ppf(0.975) + stats.norm.ppf(0.8))² · 0.01² · 400 / 0.015², the margin being nearer than 0: 1395.4
    expect(verdict(open, 0.025)).toEqual({ verdict: 'inconclusive', settledBy: 1396 });
    expect(verdict({ ...open, standardError: null, pValue: null, interval: null }, 0.02)).toEqual({
      verdict: 'inconclusive',
      settledBy: null,
    });
    expect(() => verdict(open, 0)).toThrow('not above 0');
  });

  it('asks for enough samples to show on both sides that there is no difference', () => {
    const even = {
      estimate: 0,
      standardError: 0.02,
      pValue: 1,
      n: 400,
      interval: { low: -0.04, high: 0.04 },
    };
    // equivalence_n(0, 0.03, 0.02² · 400) of test/conformance/reference/statistics.py; for one side it would be 1396
    expect(verdict(even, 0.03).settledBy).toBe(1868);
  });
});

describe('decideGate', () => {
  it.each([
    [-0.01, 0.03, 0.02, 'higher', 'pass'],
    [-0.03, 0.01, 0.02, 'higher', 'inconclusive'],
    [-0.06, -0.03, 0.02, 'higher', 'fail'],
    [0, 0.05, 0, 'higher', 'pass'],
    [-0.05, 0, 0, 'higher', 'inconclusive'],
    [-40, 15, 20, 'lower', 'pass'],
    [10, 30, 20, 'lower', 'inconclusive'],
    [25, 30, 20, 'lower', 'fail'],
  ] as const)(
    'of %d to %d with tolerance %d, %s being better, is %s',
    (low, high, tolerance, better, expected) => {
      expect(decideGate({ low, high }, tolerance, better)).toBe(expected);
    },
  );

  it('decides nothing without an interval, and refuses a negative tolerance', () => {
    expect(decideGate(null, 0.1, 'higher')).toBe('inconclusive');
    expect(() => decideGate({ low: 0, high: 1 }, -1, 'higher')).toThrow('is not 0 or above');
  });
});
