import { describe, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import type { SharedState } from '../shared-state.js';

interface Count {
  n: number;
}

const add = (state: Count | undefined): { state: Count; result: number } => {
  const n = (state?.n ?? 0) + 1;
  return { state: { n }, result: n };
};

/** What every SharedState does. `processes` are of different processes, and share. */
export function sharedStateContract(name: string, processes: () => SharedState[]): void {
  describe(`SharedState contract: ${name}`, () => {
    const one = (): SharedState => processes()[0] as SharedState;

    it('begins with nothing, and gives everybody what was written last', async () => {
      const key = newId();
      for (const [index, state] of [...processes(), ...processes()].entries())
        expect(await state.update(key, 60, add)).toBe(index + 1);
      expect(await one().update(newId(), 60, add)).toBe(1);
    });

    it('loses no change of many at once', async () => {
      const key = newId();
      const updates = Array.from({ length: 10 }, () =>
        processes().map((state) => state.update(key, 60, add)),
      );
      const results = await Promise.all(updates.flat());
      expect(results.toSorted((a, b) => a - b)).toEqual(results.map((_, index) => index + 1));
    });

    it('keeps JSON of any text, and no reference to what it was given', async () => {
      const key = newId();
      const given = { text: 'naïve 💩 "\n\\', list: [1.5, null, { a: true }] };
      await one().update(key, 60, () => ({ state: given, result: undefined }));
      given.list.length = 0;
      for (const state of processes()) {
        const seen = await state.update<typeof given, typeof given | undefined>(key, 60, (kept) => ({
          state: structuredClone(kept as typeof given),
          result: kept,
        }));
        expect(seen).toEqual({ text: 'naïve 💩 "\n\\', list: [1.5, null, { a: true }] });
        (seen as typeof given).list.length = 0;
      }
    });

    it('tells everybody the same time, which goes on', async () => {
      const times: number[] = [];
      for (const state of [...processes(), ...processes()]) {
        const read = (_: Count | undefined, nowMs: number) => ({ state: { n: 0 }, result: nowMs });
        times.push(await state.update(newId(), 60, read));
      }
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.every(Number.isInteger)).toBe(true);
      // All servers of the tests run here.
      expect(Math.abs(times[0]! - Date.now())).toBeLessThan(60_000);
    });

    it('forgets a value that nobody changed for its time to live', async () => {
      const key = newId();
      await one().update(key, 1, add);
      const read = (state: Count | undefined) => ({ state: { n: 7 }, result: state?.n });
      await vi.waitFor(async () => {
        // A key of its own: reading would prolong the life of the first.
        const kept = await one().update(key, 1, (state: Count | undefined) => {
          if (state) throw new Error('still there');
          return read(state);
        });
        expect(kept).toBeUndefined();
      }, 10_000);
    });

    it('writes nothing where the change throws, and throws that', async () => {
      const key = newId();
      await one().update(key, 60, add);
      const broken = one().update(key, 60, () => {
        throw new Error('no change');
      });
      await expect(broken).rejects.toThrow('no change');
      expect(await one().update(key, 60, add)).toBe(2);
    });
  });
}
