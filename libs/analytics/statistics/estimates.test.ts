import studentQuantile from '@stdlib/stats-base-dists-t-quantile';
import { describe, expect, it } from 'vitest';
import { clusteredMean } from './clustered-mean.js';
import { consistency } from './consistency.js';
import { meanEstimate } from './mean-estimate.js';
import { meanOf, momentsOf } from './moments.js';
import { passAtK } from './pass-at-k.js';
import { quantileOf, quantiles } from './quantiles.js';
import { ratioOfMeans, ratioOfTotals } from './ratio-of-means.js';
import { tInterval } from './t-interval.js';
import { varianceComponents } from './variance-components.js';

// Every reference value is from scipy 1.17.1 or statsmodels 0.15.0 by test/conformance/reference/statistics.py.
const A = [0.9, 0.4, 0.75, 0.6, 1, 0.3, 0.85, 0.5, 0.7, 0.95, 0.2, 0.65];
const CLUSTERS = [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 4];

describe('the quantile of t', () => {
  // stats.t.ppf(level, df)
  it.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749462],
    [0.975, 11, 2.200985160091639],
    [0.975, 149, 1.976013177689192],
    [0.995, 7.3, 3.451031655622185],
    [0.6, 30, 0.2556053649519128],
  ])('at %d with %d degrees of freedom is %d', (level, degrees, expected) => {
    expect(studentQuantile(level, degrees)).toBeCloseTo(expected, 10);
  });
});

describe('moments', () => {
  it('are exact when all values are equal, though sums of them are not', () => {
    expect(momentsOf(Array<number>(10).fill(0.1))).toEqual({ n: 10, mean: 0.1, variance: 0 });
  });

  it('keep their digits far from 0', () => {
    expect(momentsOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toEqual({ n: 4, mean: 1e9 + 10, variance: 30 });
  });

  it('of nothing are not numbers', () => {
    expect(meanOf([])).toBeNaN();
    expect(momentsOf([3])).toEqual({ n: 1, mean: 3, variance: NaN });
  });
});

describe('meanEstimate', () => {
  it('agrees with scipy', () => {
    const estimate = meanEstimate(A)!;
    // np.mean, np.var(ddof=1), stats.sem(A); stats.t.interval(0.95, 11, A.mean(), stats.sem(A))
    expect(estimate.mean).toBeCloseTo(0.65, 12);
    expect(estimate.variance).toBeCloseTo(0.06727272727272728, 12);
    expect(estimate.standardError).toBeCloseTo(0.07487363091276265, 12);
    expect(estimate.interval!.low).toBeCloseTo(0.48520424947883095, 10);
    expect(estimate.interval!.high).toBeCloseTo(0.8147957505211694, 10);
  });

  it('of one value has no spread, of none is null', () => {
    expect(meanEstimate([0.5])).toEqual({
      n: 1,
      mean: 0.5,
      variance: null,
      standardError: null,
      interval: null,
    });
    expect(meanEstimate([])).toBeNull();
  });
});

describe('clusteredMean', () => {
  it('agrees with statsmodels', () => {
    const mean = clusteredMean(A, CLUSTERS)!;
    // sm.OLS(A, 1).fit(cov_type='cluster', cov_kwds={'groups': CLUSTERS}, use_t=True): params, bse, pvalues, conf_int()
    expect(mean).toMatchObject({ n: 12, clusters: 5 });
    expect(mean.estimate).toBeCloseTo(0.65, 12);
    expect(mean.standardError).toBeCloseTo(0.06686169389950508, 12);
    expect(mean.pValue).toBeCloseTo(0.0006268688823878985, 12);
    expect(mean.interval!.low).toBeCloseTo(0.4643621772474863, 10);
    expect(mean.interval!.high).toBeCloseTo(0.8356378227525144, 10);
  });

  it("is Student's where each sample is a cluster of its own", () => {
    const { interval } = clusteredMean(
      A,
      A.map((_, i) => `sample-${i}`),
    )!;
    const student = tInterval(0.65, 0.06727272727272728, 12)!;
    expect(interval!.low).toBeCloseTo(student.low, 12);
    expect(interval!.high).toBeCloseTo(student.high, 12);
  });

  it('says nothing about the spread of one cluster, and nothing at all of no sample', () => {
    expect(clusteredMean([0.2, 0.4], ['a', 'a'])).toMatchObject({
      clusters: 1,
      standardError: null,
      interval: null,
    });
    expect(clusteredMean([], [])).toBeNull();
    expect(() => clusteredMean([1], [])).toThrow('cannot be matched');
  });
});

describe('ratioOfMeans', () => {
  const cost = [0.012, 0.034, 0.008, 0.051, 0.02, 0.017, 0.009, 0.044, 0.013, 0.028, 0.03, 0.011];
  const right = [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1];

  it('has the interval of all ratios that a t test does not reject', () => {
    const { ratio, interval } = ratioOfMeans(cost, right);
    // optimize.brentq of stats.ttest_1samp(cost - theta * right, 0).pvalue - 0.05
    expect(ratio).toBeCloseTo(0.03077777777777778, 12);
    expect(interval!.low).toBeCloseTo(0.01408956655061484, 10);
    expect(interval!.high).toBeCloseTo(0.06658326193531763, 10);
  });

  it('is over the totals of clusters where samples come in them', () => {
    // fieller(np.bincount(CLUSTERS, COST), np.bincount(CLUSTERS, RIGHT))
    const { n, ratio, interval } = ratioOfTotals(cost, right, CLUSTERS);
    expect([n, ratio]).toEqual([5, expect.closeTo(0.03077777777777778, 12)]);
    expect(interval!.low).toBeCloseTo(0.016477303917267146, 10);
    expect(interval!.high).toBeCloseTo(0.0767498527762036, 10);
    expect(
      ratioOfTotals(
        cost,
        right,
        cost.map(() => 'one'),
      ),
    ).toMatchObject({ n: 1, interval: null });
    expect(ratioOfTotals([], [], [])).toEqual({ n: 0, ratio: null, interval: null });
  });

  it('is not defined when nothing was right, and unbounded when that cannot be told from nothing', () => {
    expect(ratioOfMeans([0.1, 0.2], [0, 0])).toEqual({ n: 2, ratio: null, interval: null });
    const { ratio, interval } = ratioOfMeans([0.1, 0.1, 0.1, 0.1], [0, 0, 0, 1]);
    expect(ratio).toBeCloseTo(0.4, 12);
    expect(interval).toBeNull();
    expect(ratioOfMeans([], [])).toEqual({ n: 0, ratio: null, interval: null });
    expect(ratioOfMeans([3], [2])).toEqual({ n: 1, ratio: 1.5, interval: null });
  });

  it('has no width when nothing varies', () => {
    const { ratio, interval } = ratioOfMeans([0.1, 0.1, 0.1], [1, 1, 1]);
    expect(interval).toEqual({ low: ratio, high: ratio });
  });
});

describe('quantiles', () => {
  const series = Array.from({ length: 400 }, (_, i) => ((i * 37) % 101) * 1.5 + i / 7);

  // np.quantile(series, level), stats.quantile_test(series, p=level).confidence_interval(0.95)
  it.each([
    [0.5, 103.46428571428572, 95.35714285714286, 111.07142857142857],
    [0.9, 166.26428571428573, 160.14285714285714, 172.78571428571428],
    [0.95, 178.38214285714284, 172.28571428571428, 185.42857142857144],
    [0.99, 194.3135714285714, 188.21428571428572, 203.14285714285714],
  ])('at %d are %d from %d to %d', (level, value, low, high) => {
    const [estimate] = quantiles(series, [level]);
    expect(estimate!.value).toBeCloseTo(value, 9);
    expect(estimate!.interval!.low).toBeCloseTo(low, 9);
    expect(estimate!.interval!.high).toBeCloseTo(high, 9);
  });

  it('have an interval from as many values as the documentation says, and not from one fewer', () => {
    for (const [level, fewest] of [
      [0.5, 6],
      [0.9, 36],
      [0.95, 72],
      [0.99, 368],
    ] as const) {
      const values = Array.from({ length: fewest }, (_, i) => i);
      expect(quantiles(values, [level])[0]!.interval).not.toBeNull();
      expect(quantiles(values.slice(1), [level])[0]!.interval).toBeNull();
    }
  });

  it('of one value are that value, of none are none', () => {
    expect(quantiles([7], [0.5, 0.99]).map(({ value }) => value)).toEqual([7, 7]);
    expect(quantiles([], [0.5])).toEqual([]);
    expect(() => quantileOf([1, 2], 95)).toThrow('not between 0 and 1');
  });
});

describe('varianceComponents', () => {
  it('agrees with an analysis of variance of unequal groups', () => {
    const { samples, trials, between, within, betweenShare } = varianceComponents([
      [0.9, 0.8, 1],
      [0.2, 0.4],
      [],
      [0.5, 0.6, 0.4, 0.7],
      [0.1],
      [0.95, 0.85, 0.9],
    ]);
    expect([samples, trials]).toEqual([5, 13]);
    // sm.OLS(scores, dummies).fit().mse_resid, and (MSB - MSW) / k0 with MSB / MSW = stats.f_oneway(*groups).statistic
    expect(within).toBeCloseTo(0.011874999999999997, 12);
    expect(between).toBeCloseTo(0.09132692307692308, 12);
    expect(betweenShare).toBeCloseTo(0.09132692307692308 / (0.09132692307692308 + 0.011875), 12);
  });

  it('says what it cannot know', () => {
    const unknown = { between: null, within: null, betweenShare: null };
    expect(varianceComponents([])).toEqual({ samples: 0, trials: 0, ...unknown });
    expect(varianceComponents([[1], [0]])).toEqual({ samples: 2, trials: 2, ...unknown });
    expect(varianceComponents([[1, 0]])).toMatchObject({ samples: 1, between: null, within: 0.5 });
    expect(
      varianceComponents([
        [1, 1],
        [1, 1],
      ]),
    ).toMatchObject({ between: 0, within: 0, betweenShare: null });
    expect(
      varianceComponents([
        [1, 0],
        [0, 1],
      ]),
    ).toMatchObject({ between: 0, within: 0.5, betweenShare: 0 });
  });
});

describe('consistency', () => {
  it('is the share of samples that agree, and of pairs that do', () => {
    const { samples, unanimous, pairwiseAgreement } = consistency([
      ['a', 'a', 'a', 'b'],
      [1, 1, 1, 1],
      ['x', 'y', 'x', 'y'],
      ['alone'],
    ]);
    // mean of (3·2 + 0) / 12, 1, (2·1 + 2·1) / 12: P_i of Fleiss 1971
    expect([samples, unanimous]).toEqual([3, 1 / 3]);
    expect(pairwiseAgreement).toBeCloseTo(0.611111111111111, 12);
  });

  it('is unknown when nothing was repeated', () => {
    expect(consistency([['a'], []])).toEqual({ samples: 0, unanimous: null, pairwiseAgreement: null });
  });
});

describe('passAtK', () => {
  // stats.hypergeom(trials, passed, k): 1 - pmf(0) and pmf(k)
  it.each([
    [10, 3, 5, 0.9166666666666666, 0],
    [10, 8, 5, 1, 0.22222222222222224],
    [5, 1, 2, 0.3999999999999999, 0],
  ])('of %d trials, %d right, at %d: %d and %d', (trials, passed, k, any, all) => {
    const estimate = passAtK([{ trials, passed }])[k - 1]!;
    expect(estimate.any.value).toBeCloseTo(any, 12);
    expect(estimate.all.value).toBeCloseTo(all, 12);
  });

  it('counts for each k the samples that have as many trials', () => {
    const estimates = passAtK([
      { trials: 3, passed: 3 },
      { trials: 1, passed: 0 },
      { trials: 0, passed: 0 },
    ]);
    expect(estimates.map(({ k, samples, any, all }) => [k, samples, any.value, all.value])).toEqual([
      [1, 2, 0.5, 0.5],
      [2, 1, 1, 1],
      [3, 1, 1, 1],
    ]);
  });

  it('of nothing is nothing, and refuses what cannot be', () => {
    expect(passAtK([])).toEqual([]);
    expect(() => passAtK([{ trials: 1, passed: 2 }])).toThrow('2 right trials of 1');
  });
});
