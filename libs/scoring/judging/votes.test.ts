import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregate, AGGREGATES, bothOrders, type Vote } from './votes.js';

const votes = (...pairs: [value: number, weight?: number][]): Vote[] =>
  pairs.map(([value, weight = 1]) => ({ value, weight }));

describe('aggregate', () => {
  it.each<[Vote[], mean: number, median: number, majority: number]>([
    [votes([1]), 1, 1, 1],
    [votes([1], [0]), 0.5, 0.5, 0.5],
    [votes([1], [1], [0]), 2 / 3, 1, 1],
    [votes([1], [0, 3]), 0.25, 0, 0],
    [votes([0], [0.25], [1]), 1.25 / 3, 0.25, 1.25 / 3],
    [votes([0], [0.25], [0.5], [1]), 0.4375, 0.375, 0.4375],
    [votes([0.2, 1], [0.8, 1], [0.8, 1], [1, 1]), 0.7, 0.8, 0.8],
    [votes([0, 0.1], [0.5, 0.2], [1, 0.3]), 2 / 3, 0.75, 1],
    [votes([0, 0.3], [1, 0.1], [1, 0.2]), 0.5, 0.5, 0.5],
  ])('of %j is %f, %f or %f', (given, mean, median, majority) => {
    expect(aggregate(given, 'mean')).toBeCloseTo(mean, 12);
    expect(aggregate(given, 'median')).toBeCloseTo(median, 12);
    expect(aggregate(given, 'majority')).toBeCloseTo(majority, 12);
  });

  const anyVotes = fc.array(
    fc.record({
      value: fc.double({ min: 0, max: 1, noNaN: true }),
      weight: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
    }),
    { minLength: 1, maxLength: 30 },
  );

  it.each(AGGREGATES)('lies between the votes, in whatever order they come: %s', (how) => {
    fc.assert(
      fc.property(anyVotes, (given) => {
        const value = aggregate(given, how);
        const values = given.map((vote) => vote.value);
        expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
        expect(value >= 0 && value <= 1).toBe(true);
        expect(aggregate([...given].reverse(), how)).toBeCloseTo(value, 9);
      }),
    );
  });
});

describe('bothOrders', () => {
  it.each([
    [1, 1, 1],
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [1, 0, 0.5],
    [0, 1, 0.5],
    [1, 0.5, 0.5],
    [0.5, 0, 0.5],
  ])('%f and %f are %f', (one, other, expected) => {
    expect(bothOrders(one, other)).toBe(expected);
  });
});
