import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fairShares } from './fair-shares.js';

const shares = (limit: number, demands: Record<string, number>, now = 0): Record<string, number> =>
  Object.fromEntries(fairShares(limit, Object.entries(demands), now));

const demandsArbitrary = fc
  .array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 })
  .map((demands) => demands.map((demand, index): [string, number] => [`m${index}`, demand]));
const limitArbitrary = fc.integer({ min: 1, max: 200 });

describe('fairShares', () => {
  it.each([
    ['one alone gets what it asks for, and half of the rest', 20, { a: 3 }, { a: 11 }],
    ['one alone that asks for all gets all', 20, { a: 30 }, { a: 20 }],
    ['equal demands get equal shares', 20, { a: 50, b: 50 }, { a: 10, b: 10 }],
    [
      'who wants little gets that, the rest goes to the others',
      20,
      { a: 4, b: 50, c: 50 },
      { a: 4, b: 8, c: 8 },
    ],
    ['what nobody wants is for all, and for a newcomer', 20, { a: 2, b: 4 }, { a: 6, b: 9 }],
    ['who wants nothing gets nothing', 20, { a: 0, b: 1 }, { b: 10 }],
    ['nobody, nothing', 20, {}, {}],
  ])('%s', (_what, limit, demands: Record<string, number>, expected) => {
    expect(shares(limit, demands)).toEqual(expected);
  });

  it('lets members take turns where there is not one for each', () => {
    const demands = { a: 9, b: 1, c: 5 };
    const turns = [0, 5000, 10_000].map((now) => shares(1, demands, now));
    expect(turns.map((turn) => Object.values(turn).toSorted((a, b) => a - b))).toEqual(
      Array(3).fill([0, 0, 1]),
    );
    expect(turns.map(({ a }) => a).toSorted()).toEqual([0, 0, 1]);
    expect(turns.map(({ c }) => c).toSorted()).toEqual([0, 0, 1]);
    expect(shares(1, demands, 4999)).toEqual(turns[0]);
  });

  it('gives away what is asked for, no more than the limit, and at least 1 to each that asks where that is possible', () => {
    fc.assert(
      fc.property(limitArbitrary, demandsArbitrary, fc.nat(), (limit, demands, now) => {
        const given = fairShares(limit, demands, now);
        const asking = demands.filter(([, demand]) => demand > 0);
        const sum = [...given.values()].reduce((a, b) => a + b, 0);
        const asked = asking.reduce((total, [, demand]) => total + demand, 0);
        expect(sum).toBeLessThanOrEqual(limit);
        expect(sum).toBeGreaterThanOrEqual(Math.min(limit, asked));
        expect(given.size).toBe(asking.length);
        if (limit >= asking.length) expect(Math.min(1, ...given.values())).toBe(1);
      }),
    );
  });

  it('gives nobody less than it asks for while another has two more', () => {
    fc.assert(
      fc.property(limitArbitrary, demandsArbitrary, (limit, demands) => {
        const given = fairShares(limit, demands, 0);
        const most = Math.max(0, ...given.values());
        for (const [id, demand] of demands.filter(([, demand]) => demand > 0)) {
          const share = given.get(id) as number;
          if (share < demand) expect(most - share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
