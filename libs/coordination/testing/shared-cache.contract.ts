import { describe, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import type { SharedCache } from '../shared-cache.js';

/** What every SharedCache does. `processes` are of different processes, and share. */
export function sharedCacheContract(name: string, processes: () => SharedCache[]): void {
  describe(`SharedCache contract: ${name}`, () => {
    const one = (): SharedCache => processes()[0] as SharedCache;
    const last = (): SharedCache => processes().at(-1) as SharedCache;

    it('reads once for everybody, until it is forgotten by anybody', async () => {
      const group = newId();
      const read = vi.fn().mockResolvedValueOnce({ n: 1 }).mockResolvedValueOnce({ n: 2 });
      // What the first process read may arrive at the store after its answer.
      expect(await one().get(group, 'item', 60, read)).toEqual({ n: 1 });
      await vi.waitFor(async () =>
        expect(await last().get(group, 'item', 60, () => Promise.resolve(null))).toEqual({ n: 1 }),
      );
      for (const cache of processes()) expect(await cache.get(group, 'item', 60, read)).toEqual({ n: 1 });
      expect(read).toHaveBeenCalledOnce();
      await last().forget(group);
      expect(await one().get(group, 'item', 60, read)).toEqual({ n: 2 });
    });

    it('keeps keys and groups apart, and forgets no other group', async () => {
      const [group, other] = [newId(), newId()];
      const get = (of: string, key: string, value: string) =>
        one().get(of, key, 60, () => Promise.resolve(value));
      expect([await get(group, 'a', '1'), await get(group, 'b', '2'), await get(other, 'a', '3')]).toEqual([
        ...['1', '2', '3'],
      ]);
      await one().forget(group);
      expect([await get(group, 'a', '4'), await get(group, 'b', '5'), await get(other, 'a', '6')]).toEqual([
        ...['4', '5', '3'],
      ]);
    });

    it('never finds what was read before a change and stored after it', async () => {
      const group = newId();
      let end: (value: string) => void = () => undefined;
      const late = vi.fn(() => new Promise<string>((resolve) => (end = resolve)));
      const reading = one().get(group, 'item', 60, late);
      await vi.waitFor(() => expect(late).toHaveBeenCalled());
      await last().forget(group);
      // Who asks after the change does not wait for the read from before it.
      expect(await one().get(group, 'item', 60, () => Promise.resolve('new'))).toBe('new');
      end('old');
      expect(await reading).toBe('old');
      for (const cache of processes())
        expect(await cache.get(group, 'item', 60, () => Promise.resolve('new'))).toBe('new');
    });

    it('reads once for many of one process who ask at once', async () => {
      const read = vi.fn(() => new Promise((resolve) => setTimeout(() => resolve('value'), 100)));
      const group = newId();
      expect(await Promise.all([1, 2, 3].map(() => one().get(group, 'item', 60, read)))).toEqual([
        ...['value', 'value', 'value'],
      ]);
      expect(read).toHaveBeenCalledOnce();
    });

    it('keeps no failure, and gives JSON that is nobody else’s', async () => {
      const group = newId();
      await expect(one().get(group, 'item', 60, () => Promise.reject(new Error('broken')))).rejects.toThrow(
        'broken',
      );
      const read = () => Promise.resolve({ at: new Date(0), list: [1, 2] });
      const first = await one().get(group, 'item', 60, read);
      first.list.length = 0;
      expect(await one().get(group, 'item', 60, read)).toEqual({
        at: '1970-01-01T00:00:00.000Z',
        list: [1, 2],
      });
    });

    it('reads anew after the time to live', async () => {
      const group = newId();
      await one().get(group, 'item', 1, () => Promise.resolve('old'));
      await vi.waitFor(
        async () => expect(await one().get(group, 'item', 1, () => Promise.resolve('new'))).toBe('new'),
        10_000,
      );
    });
  });
}
