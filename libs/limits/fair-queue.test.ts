import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.js';

const filled = (...items: string[]): FairQueue<string> => {
  const queue = new FairQueue<string>();
  for (const item of items) queue.push(item[0] as string, item);
  return queue;
};
const emptied = (queue: FairQueue<string>): string[] => {
  const items: string[] = [];
  while (queue.length > 0) items.push(queue.shift() as string);
  return items;
};

describe('FairQueue', () => {
  it('lets groups take turns, whoever came first', () => {
    expect(emptied(filled('a1', 'a2', 'a3', 'b1', 'c1', 'b2'))).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('gives the next turn to what was put back', () => {
    const queue = filled('a1', 'b1', 'b2');
    const first = queue.shift() as string;
    queue.putBack('a', first);
    expect(emptied(queue)).toEqual(['a1', 'b1', 'b2']);
  });

  it('forgets what was removed or drained', () => {
    const queue = filled('a1', 'b1', 'a2');
    expect([queue.remove('a', 'a1'), queue.remove('a', 'a1'), queue.remove('c', 'c1')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(queue.length).toBe(2);
    expect(queue.drain()).toEqual(['a2', 'b1']);
    expect([queue.length, queue.shift()]).toEqual([0, undefined]);
  });

  it('loses nothing, keeps the order within a group, and lets nobody wait for more than one of each other group', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 50 }), (groups) => {
        const items = groups.map((group, i) => `${group}${i}`);
        const out = emptied(filled(...items));
        expect([...out].sort()).toEqual([...items].sort());
        for (const group of ['a', 'b', 'c']) {
          const own = (item: string): boolean => item.startsWith(group);
          expect(out.filter(own)).toEqual(items.filter(own));
          const places = out.flatMap((item, i) => (own(item) ? [i] : []));
          places.forEach((place, i) => expect(place - (places[i - 1] ?? -1)).toBeLessThanOrEqual(3));
        }
      }),
    );
  });
});
