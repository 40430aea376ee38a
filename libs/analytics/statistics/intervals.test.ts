import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interval } from './interval.js';
import { scoreInterval } from './score-interval.js';
import { tInterval } from './t-interval.js';
import { wilsonInterval } from './wilson-interval.js';

const expectInterval = (interval: Interval | null, low: number, high: number, precision = 1e-9): void => {
  expect(Math.abs((interval?.low ?? NaN) - low)).toBeLessThan(precision);
  expect(Math.abs((interval?.high ?? NaN) - high)).toBeLessThan(precision);
};

const counts = fc
  .integer({ min: 1, max: 10_000 })
  .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

describe('wilsonInterval', () => {
  // statsmodels 0.13.5: proportion_confint(successes, n, alpha=1 - confidence, method='wilson')
  it.each([
    [0, 10, 0.95, 0, 0.2775327998628892],
    [10, 10, 0.95, 0.7224672001371107, 1],
    [1, 1, 0.95, 0.20654931437723745, 1],
    [0, 1, 0.95, 0, 0.7934506856227626],
    [5, 10, 0.95, 0.236593090512564, 0.7634069094874361],
    [742, 1319, 0.95, 0.5356326528399583, 0.5890988475978164],
    [286, 1319, 0.95, 0.1954313944055889, 0.23987508543066718],
    [7, 20, 0.9, 0.202260040056761, 0.5334873111515284],
    [999, 1000, 0.99, 0.9915394337800183, 0.9998825836463816],
    [1, 100_000, 0.95, 1.7652477303783126e-6, 5.664709659040966e-5],
  ])('of %d in %d at %d is %d to %d', (successes, n, confidence, low, high) => {
    expectInterval(wilsonInterval(successes, n, confidence), low, high);
  });

  it('is null when there are no trials', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });

  it('touches its bound exactly when all trials agree', () => {
    expect(wilsonInterval(0, 7)?.low).toBe(0);
    expect(wilsonInterval(7, 7)?.high).toBe(1);
  });

  it('holds the proportion, stays in [0, 1], and mirrors when right and wrong change places', () => {
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        const { low, high } = wilsonInterval(successes, n) as Interval;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(successes / n);
        expect(high).toBeGreaterThanOrEqual(successes / n);
        expect(high).toBeLessThanOrEqual(1);
        expectInterval(wilsonInterval(n - successes, n), 1 - high, 1 - low);
      }),
    );
  });

  it.each([
    [-1, 5],
    [6, 5],
    [NaN, 5],
    [1, NaN],
  ])('refuses %d successes of %d', (successes, n) => {
    expect(() => wilsonInterval(successes, n)).toThrow('is not a proportion');
  });

  it.each([0, 1, 95, NaN])('refuses a confidence of %d', (confidence) => {
    expect(() => wilsonInterval(1, 2, confidence)).toThrow('is not between 0 and 1');
  });
});

describe('tInterval', () => {
  // scipy 1.17.1 (1.10.1 is off by up to 5e-9 here): stats.t.interval(confidence, n - 1, loc=mean, scale=sqrt(variance / n))
  it.each([
    [0.5, 0.25, 10, 0.95, 0.14232154701466765, 0.8576784529853323],
    [0.62, 0.04, 2, 0.95, -1.1769287064187508, 2.4169287064187506],
    [0.7, 0.09, 150, 0.95, 0.6515977598964593, 0.7484022401035406],
    [0.7, 0.09, 150, 0.99, 0.6360872300412278, 0.7639127699587721],
    [12.5, 4, 5, 0.9, 10.593218267263655, 14.406781732736343],
    [0.3, 0.01, 10_000, 0.95, 0.29803979873637865, 0.30196020126362133],
  ])('of mean %d, variance %d, n %d at %d is %d to %d', (mean, variance, n, confidence, low, high) => {
    expectInterval(tInterval(mean, variance, n, confidence), low, high);
  });

  it('is null where the spread is unknown', () => {
    expect(tInterval(0, 0, 0)).toBeNull();
    expect(tInterval(0.5, NaN, 1)).toBeNull();
  });

  it('has no width when all values are equal', () => {
    expect(tInterval(0.5, 0, 4)).toEqual({ low: 0.5, high: 0.5 });
  });
});

describe('scoreInterval', () => {
  it("is Wilson's for right and wrong, though the mean was rounded", () => {
    const mean = 742 / 1319;
    expect(scoreInterval({ n: 1319, mean, variance: mean * (1 - mean), allBinary: true })).toEqual(
      wilsonInterval(742, 1319),
    );
    expect(scoreInterval({ n: 1, mean: 1, variance: NaN, allBinary: true })).toEqual(wilsonInterval(1, 1));
  });

  it("is Student's, within [0, 1], for other scores", () => {
    expect(scoreInterval({ n: 2, mean: 0.62, variance: 0.04, allBinary: false })).toEqual({
      low: 0,
      high: 1,
    });
    expect(scoreInterval({ n: 150, mean: 0.7, variance: 0.09, allBinary: false }, 0.99)).toEqual(
      tInterval(0.7, 0.09, 150, 0.99),
    );
  });

  it('is null where nothing can be said', () => {
    expect(scoreInterval({ n: 0, mean: 0, variance: 0, allBinary: true })).toBeNull();
    expect(scoreInterval({ n: 0, mean: 0, variance: 0, allBinary: false })).toBeNull();
    expect(scoreInterval({ n: 1, mean: 0.5, variance: 0, allBinary: false })).toBeNull();
    // Equal scores, of which a database's variance may keep what rounding leaves.
    for (const variance of [0, 3e-34]) {
      expect(scoreInterval({ n: 10, mean: 0.1, variance, allBinary: false })).toBeNull();
    }
  });
});
