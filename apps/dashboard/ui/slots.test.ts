import { describe, expect, it } from 'vitest';
import { slotsOf } from './slots.js';

const range = (from: number, count: number) => Array.from({ length: count }, (_, place) => from + place);
const at = (from: number, count: number, before = new Map<number, number>()) =>
  slotsOf(before, range(from, count));

describe('slots of rows', () => {
  it('are in order where nothing was before', () => {
    expect([...at(40, 3)]).toEqual([
      [40, 0],
      [41, 1],
      [42, 2],
    ]);
  });

  it('stay with the rows that stay, and those that went away are used again', () => {
    const before = at(0, 4);
    expect([...at(2, 4, before)]).toEqual([
      [2, 2],
      [3, 3],
      [4, 0],
      [5, 1],
    ]);
    expect([...at(0, 4, at(2, 4, before)).keys()]).toEqual([0, 1, 2, 3]);
  });

  it('are in order again after a leap', () => {
    const before = at(5, 4, at(3, 4, at(0, 4)));
    expect([...at(100, 4, before).values()]).toEqual([0, 1, 2, 3]);
  });

  it('are never shared, nor more than were seen at once', () => {
    let slots = new Map<number, number>();
    for (const [from, count] of [
      [0, 10],
      [3, 12],
      [1, 11],
      [200, 12],
      [195, 9],
      [0, 1],
    ] as const) {
      slots = at(from, count, slots);
      expect(new Set(slots.values()).size).toBe(count);
      expect(Math.max(...slots.values())).toBeLessThan(12);
    }
  });
});
