import { describe, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import type { RateWindows } from '../rate-windows.js';

/** What every RateWindows does. `processes` are of different processes, and share. */
export function rateWindowsContract(name: string, processes: () => RateWindows[]): void {
  describe(`RateWindows contract: ${name}`, () => {
    const of = (key: string, points: number, seconds: number) =>
      processes().map((windows) => windows.window(key, points, seconds));

    it('grants as many points as there are, to all together', async () => {
      const windows = of(newId(), 20, 60);
      const asked = await Promise.all(
        windows.flatMap((window) => Array.from({ length: 30 }, () => window.take(1))),
      );
      expect(asked.filter(({ granted }) => granted)).toHaveLength(20);
      for (const { endsInMs } of asked) {
        expect(endsInMs).toBeGreaterThan(0);
        expect(endsInMs).toBeLessThanOrEqual(60_000);
      }
    });

    it('takes nothing for what it refuses', async () => {
      const [window] = of(newId(), 10, 60);
      expect(await window!.take(6)).toMatchObject({ granted: true });
      expect(await window!.take(5)).toMatchObject({ granted: false });
      expect(await window!.take(4)).toMatchObject({ granted: true });
      expect(await window!.take(1)).toMatchObject({ granted: false });
    });

    it('counts corrections, both ways, also beyond the points', async () => {
      const key = newId();
      const [window] = of(key, 10, 60);
      const other = of(key, 10, 60).at(-1)!;
      await window!.take(8);
      window!.correct(-7);
      await vi.waitFor(async () => expect(await other.take(9)).toMatchObject({ granted: true }), 10_000);
      window!.correct(-5);
      window!.correct(20);
      expect(await window!.take(1)).toMatchObject({ granted: false });
    });

    it('has all points again when the window has ended', async () => {
      const [window] = of(newId(), 3, 1);
      expect(await window!.take(3)).toMatchObject({ granted: true });
      expect(await window!.take(3)).toMatchObject({ granted: false });
      await vi.waitFor(async () => expect(await window!.take(3)).toMatchObject({ granted: true }), 10_000);
    });
  });
}
