import { describe, expect, it } from 'vitest';
import { correlationOf, meanRanks, pearson, testCorrelation } from './correlation.js';
import { itemStatistics } from './item-statistics.js';

// Reference values are from scipy 1.17.1 by test/conformance/reference/statistics.py.
const A = [0.9, 0.4, 0.75, 0.6, 1, 0.3, 0.85, 0.5, 0.7, 0.95, 0.2, 0.65];
const B = [0.7, 0.45, 0.5, 0.6, 0.8, 0.35, 0.8, 0.4, 0.75, 0.6, 0.1, 0.7];

describe('correlations', () => {
  it('agree with scipy', () => {
    const { r, pValue, interval } = pearson(A, B);
    // stats.pearsonr(A, B): statistic, pvalue, confidence_interval(0.95)
    expect(r).toBeCloseTo(0.8505565097702905, 12);
    expect(pValue).toBeCloseTo(0.00045423582242899697, 12);
    expect(interval!.low).toBeCloseTo(0.540484896479993, 10);
    expect(interval!.high).toBeCloseTo(0.957209798054526, 10);
    // stats.spearmanr(A, B)
    const rho = correlationOf(meanRanks(A), meanRanks(B));
    expect(rho).toBeCloseTo(0.7979021271386156, 12);
    const ranked = testCorrelation(12, rho, 'spearman');
    expect(ranked.pValue).toBeCloseTo(0.00187018483398067, 12);
    // tanh(atanh(rho) ∓ stats.norm.ppf(0.975)·√((1 + rho²/2) / 9))
    expect(ranked.interval!.low).toBeCloseTo(0.32986742294667953, 10);
    expect(ranked.interval!.high).toBeCloseTo(0.9510769628538147, 10);
  });

  it('are unknown where nothing varies or there is too little', () => {
    expect(pearson([1, 1, 1], [1, 2, 3])).toEqual({ n: 3, r: null, pValue: null, interval: null });
    expect(pearson([0.1 + 0.2, 0.3, 0.3, 0.3], [1, 2, 3, 5]).r).toBeNull();
    expect(pearson([], [])).toEqual({ n: 0, r: null, pValue: null, interval: null });
    expect(testCorrelation(2, -1, 'spearman')).toEqual({ n: 2, r: -1, pValue: null, interval: null });
    expect(pearson([1, 2, 3, 4], [2, 4, 6, 8])).toMatchObject({ r: 1, pValue: 0 });
  });

  it('share the mean of the ranks among equals', () => {
    expect([...meanRanks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
  });
});

describe('itemStatistics', () => {
  it('correlates each item with the rest', () => {
    const items = itemStatistics([
      [1, 1, 1, 0, 0, 1],
      [1, 0, 1, 0, 0, 1],
      [0, 1, 1, 0, 1, 1],
      [1, 1, 1, 1, 0, 0],
    ]);
    // stats.pearsonr(ITEMS[i], np.delete(ITEMS, i, 0).mean(axis=0))
    const expected = [0.8574929257125441, 0.408248290463863, -0.11043152607484653, -0.11043152607484652];
    items.forEach(({ discrimination }, i) => expect(discrimination).toBeCloseTo(expected[i]!, 12));
    expect(items[0]!.pValue).toBeCloseTo(0.029015363531383825, 12);
  });

  it('flags what tells nobody apart, or the wrong way round', () => {
    const able = [1, 1, 1, 1, 0, 0, 0, 0];
    const items = itemStatistics([
      able,
      able,
      able,
      able.map((x) => 1 - x),
      able.map(() => 1),
      able.map(() => 0),
    ]);
    expect(items.map(({ flag }) => flag)).toEqual([null, null, null, 'reversed', 'saturated', 'unsolved']);
  });

  it('leaves out what has no score', () => {
    expect(
      itemStatistics([
        [null, null],
        [1, null],
      ]),
    ).toEqual([
      { n: 0, mean: null, discrimination: null, pValue: null, flag: null },
      { n: 1, mean: 1, discrimination: null, pValue: null, flag: 'saturated' },
    ]);
  });
});
