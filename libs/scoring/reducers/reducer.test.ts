import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReducer, reducerSchema } from './reducer.js';

const forms = ['mean', 'mode', 'max', 'pass_k', 'at_least(2)', 'pass_at(1)', 'pass_at(3)'];

describe('reducers', () => {
  it.each<[string, number[], number | null]>([
    ['mean', [1, 0, 0.5], 0.5],
    ['mode', [0, 1, 1], 1],
    ['mode', [1, 0, 1, 0], 0],
    ['mode', [0.5], 0.5],
    ['max', [0, 0.4, 0.2], 0.4],
    ['pass_k', [1, 1, 1], 1],
    ['pass_k', [1, 1, 0.99], 0],
    ['at_least(2)', [1, 0, 1], 1],
    ['at_least(2)', [1, 0, 0.9], 0],
    ['at_least(2)', [1], null],
    ['pass_at(1)', [1, 0, 0, 0], 0.25],
    // 1 - C(2,2)/C(4,2) and 1 - C(7,5)/C(10,5)
    ['pass_at(2)', [1, 1, 0, 0], 1 - 1 / 6],
    ['pass_at(5)', [1, 1, 1, 0, 0, 0, 0, 0, 0, 0], 1 - 21 / 252],
    ['pass_at(3)', [1, 1, 0, 0], 1],
    ['pass_at(2)', [0, 0, 0], 0],
    ['pass_at(3)', [1, 1], null],
  ])('%s of %j is %j', (form, scores, expected) => {
    const reduced = parseReducer(form).reduce(scores);
    if (expected === null) expect(reduced).toBeNull();
    else expect(reduced).toBeCloseTo(expected, 12);
  });

  it.each(forms)('%s of no scored epochs is null', (form) => {
    expect(parseReducer(form).reduce([])).toBeNull();
  });

  it.each(forms)('%s stays in [0, 1] and does not depend on the order', (form) => {
    const { reduce } = parseReducer(form);
    const scores = fc.array(fc.constantFrom(0, 0.25, 0.5, 1), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(scores, (values) => {
        const reduced = reduce(values) ?? NaN;
        expect(reduced).toBeGreaterThanOrEqual(0);
        expect(reduced).toBeLessThanOrEqual(1);
        expect(reduce(values.toReversed())).toBeCloseTo(reduced, 12);
      }),
    );
  });

  it('pass_at(k) agrees with drawing every subset of k epochs', () => {
    const subsets = (items: number[], k: number): number[][] =>
      k === 0
        ? [[]]
        : items.flatMap((item, i) => subsets(items.slice(i + 1), k - 1).map((rest) => [item, ...rest]));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1), { minLength: 3, maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        (scores, k) => {
          const drawn = subsets(scores, k);
          const passed = drawn.filter((subset) => subset.includes(1)).length / drawn.length;
          expect(parseReducer(`pass_at(${k})`).reduce(scores)).toBeCloseTo(passed, 12);
        },
      ),
    );
  });

  it('tells how many epochs it needs', () => {
    expect(forms.map((form) => parseReducer(form).minEpochs)).toEqual([1, 1, 1, 1, 2, 1, 3]);
  });

  it.each([
    'median',
    'mean(2)',
    'pass_at',
    'pass_at()',
    'pass_at(0)',
    'pass_at(-1)',
    'at_least(1.5)',
    'constructor',
    'toString(1)',
    '',
  ])('refuses %j', (form) => {
    expect(() => parseReducer(form)).toThrow('Known: mean, mode, max, pass_k, at_least(k), pass_at(k)');
    expect(reducerSchema.safeParse(form).success).toBe(false);
  });

  it('accepts the written forms', () => {
    expect(forms.every((form) => reducerSchema.safeParse(form).success)).toBe(true);
  });
});
