import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoringSpecSchema } from '../scoring-spec.js';
import { reduce } from './reduce.js';
import { reducerName, type ReducerSpec } from './reducer-spec.js';

const score = fc.constantFrom<number[]>(0, 0.25, 0.5, 0.9, 1);
const scores = fc.array(score, { minLength: 1, maxLength: 12 });
const counting = fc.record({
  type: fc.constantFrom('at_least' as const, 'pass_at' as const, 'pass_k' as const),
  k: fc.integer({ min: 1, max: 12 }),
});
const single = fc.oneof(
  fc.constantFrom('mean', 'median', 'mode', 'max'),
  counting,
) as fc.Arbitrary<ReducerSpec>;
const passValue = fc.constantFrom(0.5, 1);

/** All choices of k of the scores. */
function choices(from: readonly number[], k: number): number[][] {
  if (k === 0) return [[]];
  return from.flatMap((first, i) => choices(from.slice(i + 1), k - 1).map((rest) => [first, ...rest]));
}

const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('reduce', () => {
  it('comes to one number in [0, 1], whatever the order of the epochs', () => {
    fc.assert(
      fc.property(single, scores, passValue, (reducer, given, pass) => {
        const [value, ...more] = reduce(reducer, given, pass);
        expect(more).toEqual([]);
        const tooFew = typeof reducer !== 'string' && given.length < reducer.k;
        expect(value === undefined).toBe(tooFew);
        fc.pre(!tooFew);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(reduce(reducer, [...given].reverse(), pass)[0]).toBeCloseTo(value!, 12);
      }),
    );
  });

  it('leaves one epoch as it is, and makes nothing of none', () => {
    fc.assert(
      fc.property(score, (only) => {
        for (const reducer of ['mean', 'median', 'mode', 'max', 'collect'] as const) {
          expect(reduce(reducer, [only], 1)).toEqual([only]);
          expect(reduce(reducer, [], 1)).toEqual([]);
        }
      }),
    );
  });

  it('never falls when one epoch is better, but for the mode', () => {
    fc.assert(
      fc.property(single, scores, fc.nat(), score, passValue, (reducer, given, at, higher, pass) => {
        fc.pre(reducer !== 'mode');
        const place = at % given.length;
        const better = given.with(place, Math.max(given[place]!, higher));
        const [before, after] = [reduce(reducer, given, pass)[0] ?? 0, reduce(reducer, better, pass)[0] ?? 0];
        expect(after).toBeGreaterThanOrEqual(before - 1e-12);
      }),
    );
  });

  it('is, for pass_at and pass_k, the share of all choices of k epochs in which any or all pass', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 7 }), fc.nat(), passValue, (given, at, pass) => {
        const k = 1 + (at % given.length);
        const chosen = choices(given, k).map((choice) => choice.map((value) => value >= pass));
        const share = (test: (choice: boolean[]) => boolean): number =>
          meanOf(chosen.map((choice) => Number(test(choice))));
        expect(reduce({ type: 'pass_at', k }, given, pass)[0]).toBeCloseTo(
          share((c) => c.includes(true)),
          12,
        );
        expect(reduce({ type: 'pass_k', k }, given, pass)[0]).toBeCloseTo(
          share((c) => !c.includes(false)),
          12,
        );
      }),
    );
  });

  it('of k = 1 is the share of passes, of k = all at least one, or all', () => {
    fc.assert(
      fc.property(scores, passValue, (given, pass) => {
        const passed = given.filter((value) => value >= pass).length;
        const k = given.length;
        const share = expect.closeTo(passed / k, 12) as number;
        expect(reduce({ type: 'pass_at', k: 1 }, given, pass)).toEqual([share]);
        expect(reduce({ type: 'pass_k', k: 1 }, given, pass)).toEqual([share]);
        expect(reduce({ type: 'pass_at', k }, given, pass)).toEqual([passed > 0 ? 1 : 0]);
        expect(reduce({ type: 'pass_k', k }, given, pass)).toEqual([passed === k ? 1 : 0]);
      }),
    );
  });

  it('takes the lowest of the most common values', () => {
    expect(reduce('mode', [1, 0.5, 1, 0.5, 0], 1)).toEqual([0.5]);
    expect(reduce('mode', [0, 1, 1], 1)).toEqual([1]);
  });
});

describe('the reducers of a scoring spec', () => {
  const spec = (more: object) => scoringSpecSchema.safeParse({ scorers: [{ type: 'exact' }], ...more });

  it('are not there unless named, so that the hash of a benchmark without them stays', () => {
    expect(Object.keys(spec({}).data!).sort()).toEqual(['extractions', 'scorers']);
  });

  it('have names', () => {
    const { reducers } = spec({ reducers: ['mean', { type: 'pass_k', k: 3 }], pass_value: 0.5 }).data!;
    expect(reducers!.map(reducerName)).toEqual(['mean', 'pass_k_3']);
  });

  it.each([
    [{ reducers: [] }],
    [{ reducers: ['mean', 'mean'] }],
    [{ reducers: ['average'] }],
    [{ reducers: [{ type: 'pass_at' }] }],
    [{ reducers: [{ type: 'pass_at', k: 0 }] }],
    [{ pass_value: 0 }],
  ])('refuse %j', (more) => {
    expect(spec(more).success).toBe(false);
  });
});
