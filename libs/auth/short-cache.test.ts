import { expect, it, vi } from 'vitest';
import { ShortCache } from './short-cache.js';

it('reads once for all who ask, until it is cleared', async () => {
  const cache = new ShortCache<number>();
  const read = vi.fn(async () => read.mock.calls.length);
  expect(await Promise.all([cache.get('k', read), cache.get('k', read)])).toEqual([1, 1]);
  cache.clear();
  expect(await cache.get('k', read)).toBe(2);
});

it('keeps what is not there, and no failure', async () => {
  const cache = new ShortCache<undefined>();
  await expect(cache.get('k', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  const read = vi.fn(async () => undefined);
  await cache.get('k', read);
  await cache.get('k', read);
  expect(read).toHaveBeenCalledTimes(1);
});
