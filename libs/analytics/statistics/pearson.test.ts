import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pearson } from './pearson.js';

describe('pearson', () => {
  // scipy 1.10.1: stats.pearsonr(x, y)[0]
  it.each([
    [[1, 2, 3, 4, 5], [2, 4, 5, 4, 5], 0.7745966692414834],
    [[0.1, 0.2, 0.4, 0.8], [9, 7, 4, 1], -0.9767785937341003],
    [[1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 5], [1, 2, 2, 4], 0.9694584179118516],
  ])('of %j and %j is %d', (x, y, expected) => {
    expect(Math.abs((pearson(x, y) ?? NaN) - expected)).toBeLessThan(1e-9);
  });

  it.each([
    ['no pairs', [], []],
    ['one pair', [1], [2]],
    ['one side all equal', [0.1, 0.1, 0.1], [1, 2, 3]],
    ['the other side all equal', [1, 2, 3], [0.7, 0.7, 0.7]],
    ['a value that is not finite', [1, 2, Infinity], [1, 2, 3]],
    ['a value that is no number', [1, 2, 3], [1, NaN, 3]],
    ['deviations whose squares vanish', [1e-200, 2e-200], [1, 2]],
    ['values whose squares overflow', [1e200, -1e200], [1, 2]],
  ])('is null for %s', (_what, x, y) => {
    expect(pearson(x, y)).toBeNull();
  });

  it('refuses sides of different length', () => {
    expect(() => pearson([1, 2], [1])).toThrow('2 values do not pair with 1');
  });

  it('is symmetric, within [-1, 1], and 1 with itself', () => {
    const pairs = fc.array(
      fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 })),
      { minLength: 2 },
    );
    fc.assert(
      fc.property(pairs, (values) => {
        const x = values.map(([first]) => first);
        const y = values.map(([, second]) => second);
        const r = pearson(x, y);
        expect(r).toBe(pearson(y, x));
        expect(Math.abs(r ?? 0)).toBeLessThanOrEqual(1);
        expect(pearson(x, x) ?? 1).toBeCloseTo(1, 12);
      }),
    );
  });
});
