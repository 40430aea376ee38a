import { describe, expect, it } from 'vitest';
import { slotsOf } from './slots.js';

const at = (from: number, count: number, before = new Map<string, number>()) =>
  slotsOf(
    before,
    Array.from({ length: count }, (_, place) => `row ${from + place}`),
  );

describe('slots of rows', () => {
  it('are in order where nothing was before', () => {
    expect([...slotsOf(new Map(), ['a', 'b', 'c'])]).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
  });

  it('stay with the rows that stay, and those that went away are used again', () => {
    const before = slotsOf(new Map(), ['a', 'b', 'c', 'd']);
    expect([...slotsOf(before, ['c', 'd', 'e', 'f'])]).toEqual([
      ['c', 2],
      ['d', 3],
      ['e', 0],
      ['f', 1],
    ]);
  });

  it('stay when a row comes first, and go to the one that comes for one that goes', () => {
    const before = slotsOf(new Map(), ['a', 'b']);
    expect(slotsOf(before, ['new', 'a', 'b']).get('a')).toBe(0);
    expect(slotsOf(before, ['next b', 'a']).get('next b')).toBe(1);
  });

  it('are in order again after a leap', () => {
    const before = at(5, 4, at(3, 4, at(0, 4)));
    expect([...at(100, 4, before).values()]).toEqual([0, 1, 2, 3]);
  });

  it('are never shared, nor more than were seen at once', () => {
    let slots = new Map<string, number>();
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
