import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#libs/common';
import { meanOf } from '../moments.js';
import { segmentsOf } from './change-points.js';
import { drift } from './drift.js';
import { noiseVariance } from './noise.js';
import { outliers } from './outliers.js';

describe('drift', () => {
  const times = [0, 1, 2.5, 3, 4, 6, 7, 8, 9.5, 11];
  const values = [5, 5.2, 5.1, 5.6, 5.2, 5.9, 6.1, 5.8, 6, 6.4];

  it('agrees with scipy', () => {
    const { slope, interval, s, pValue } = drift(times, values)!;
    // scipy 1.17.1: stats.theilslopes(values, times, 0.95)
    expect(slope).toBeCloseTo(0.12727272727272732, 10);
    expect(interval.low).toBeCloseTo(0.06666666666666703, 10);
    expect(interval.high).toBeCloseTo(0.17142857142857146, 10);
    // mann_kendall(values) of test/conformance/reference/statistics.py, with stats.norm.sf
    expect(s).toBe(34);
    expect(pValue).toBeCloseTo(0.003041744319900935, 12);
  });

  it('shows none where all are equal, and needs three points in order', () => {
    expect(drift([1, 2, 3], [4, 4, 4])).toEqual({
      n: 3,
      slope: 0,
      interval: { low: 0, high: 0 },
      s: 0,
      pValue: 1,
    });
    expect(drift([1, 2], [1, 2])).toBeNull();
    expect(() => drift([1, 3, 3], [1, 2, 3])).toThrow('not after the one before');
  });
});

/** As best_segments of test/conformance/reference/statistics.py: over all segmentations, two values a segment at least. */
function bestStarts(values: number[]): number[] {
  const penalty = 3 * Math.log(values.length) * noiseVariance(values);
  const best = [
    { cost: -penalty, starts: [] as number[] },
    { cost: Infinity, starts: [] },
  ];
  for (let end = 2; end <= values.length; end++) {
    const ways = best.slice(0, end - 1).map(({ cost, starts }, start) => {
      const segment = values.slice(start, end);
      const mean = meanOf(segment);
      const squares = segment.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return { cost: cost + squares + penalty, starts: [...starts, start] };
    });
    best.push(ways.reduce((least, way) => (way.cost < least.cost ? way : least)));
  }
  return best.at(-1)!.starts;
}

describe('segmentsOf', () => {
  it('finds the shifts that the search through all segmentations finds', () => {
    const values = Array.from(
      { length: 60 },
      (_, i) => ((i * 7919) % 101) / 101 + (i < 22 ? 0 : i < 41 ? 1.2 : 0.1),
    );
    // best_segments(SHIFTS) of test/conformance/reference/statistics.py
    expect(segmentsOf(values).map(({ start, end }) => [start, end])).toEqual([
      [0, 22],
      [22, 41],
      [41, 60],
    ]);
  });

  it('finds the exact minimum, which a search that drops no start finds too', () => {
    const random = new SeededRandom('change points');
    for (let series = 0; series < 500; series++) {
      let level = 0;
      const values = Array.from({ length: 24 }, () => {
        if (random.next() < 0.3) level = 6 * random.next();
        return level + random.next();
      });
      expect(segmentsOf(values).map(({ start }) => start)).toEqual(bestStarts(values));
    }
  });

  it('is one segment where nothing shifts or varies, and none of nothing', () => {
    expect(segmentsOf([2, 2, 2, 2, 2])).toEqual([{ start: 0, end: 5, mean: 2 }]);
    expect(segmentsOf([1, 9])).toEqual([{ start: 0, end: 2, mean: 5 }]);
    expect(segmentsOf([7])).toEqual([{ start: 0, end: 1, mean: 7 }]);
    expect(segmentsOf([])).toEqual([]);
  });
});

describe('outliers', () => {
  it('stand out from those around them, in units of the noise', () => {
    const values = [10.1, 9.8, 10.3, 10, 9.9, 14.2, 10.2, 9.7];
    const found = outliers(values);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ index: 5, usual: 10 });
    // scipy 1.17.1: (14.2 - np.median(x[3:8])) / (np.median(np.abs(np.diff(x))) / stats.norm.ppf(0.75) / 2 ** 0.5)
    expect(found[0]!.deviations).toBeCloseTo(8.01252944, 8);
  });

  it('are no jump of the mean, and no pair', () => {
    const values = [1, 1.1, 0.9, 1, 1.1, 5, 5.1, 4.9, 5, 5.1, 1, 1.1, 0.9];
    expect(outliers(values)).toEqual([]);
  });

  it('are found beside equal values, not among equal ones, and not among too few', () => {
    expect(outliers([3, 3, 3, 3, 8, 3, 3, 3]).map(({ index }) => index)).toEqual([4]);
    expect(outliers([3, 3, 3, 3, 3])).toEqual([]);
    expect(outliers([1, 9, 1])).toEqual([]);
    expect(outliers([])).toEqual([]);
  });
});
