import { describe, expect, it } from 'vitest';
import { isNestedBeyond } from './nesting.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('isNestedBeyond', () => {
  it.each([null, 'a', 1, [], {}, [[]], { a: { b: 'c' } }])('finds nothing deeper than 2 in %j', (json) =>
    expect(isNestedBeyond(2, json)).toBe(false),
  );

  it('finds what is deeper, at whatever depth', () => {
    expect(isNestedBeyond(2, { a: [{ b: 1 }] })).toBe(true);
    expect(isNestedBeyond(3, nested(3))).toBe(false);
    expect(isNestedBeyond(3, nested(4))).toBe(true);
    expect(isNestedBeyond(64, nested(200_000))).toBe(true);
  });
});
