import { request } from 'undici';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { PATIENCE_MS } from './browser.js';

/** The addresses of the scripts that the open page came with. */
const addressesOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => [
    ...new Set(
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => name.endsWith('.js')),
    ),
  ]);

/** Their text. */
export async function scriptsOf(page: Page): Promise<string> {
  const texts = (await addressesOf(page)).map(async (url) => (await request(url)).body.text());
  return (await Promise.all(texts)).join('\n');
}

/** Kilobytes of them, compressed by gzip. */
export async function initialJsOf(page: Page): Promise<number> {
  const sizes = (await addressesOf(page)).map(async (url) => {
    const { body } = await request(url, { headers: { 'accept-encoding': 'gzip' } });
    return (await body.arrayBuffer()).byteLength;
  });
  return Math.round((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 102.4) / 10;
}

/** By the browser's own entries: milliseconds until something is seen, and how much of it moved after that. */
export const paintOf = (page: Page): Promise<{ fcp_ms: number; layout_shift: number }> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const fcp = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN;
        new PerformanceObserver((list) => {
          const shifts = list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[];
          done(shifts.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0));
        }).observe({ type: 'layout-shift', buffered: true });
        // Without a shift the observer says nothing.
        setTimeout(() => done(0), 500);
        const done = (shift: number) =>
          resolve({ fcp_ms: Math.round(fcp), layout_shift: Math.round(shift * 1000) / 1000 });
      }),
  );

/** Scrolls down to the end, as pages come, until it has so many rows. */
export async function loadRows(table: Locator, count: number): Promise<void> {
  const rows = async () => Number(await table.getByRole('table').getAttribute('aria-rowcount')) - 1;
  while ((await rows()) < count) {
    const before = await rows();
    await table.evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
    await expect.poll(rows, { timeout: PATIENCE_MS, interval: 10 }).toBeGreaterThan(before);
  }
}

/**
 * Scrolls from the top in so many steps, one a frame.
 * @returns the longest time between two frames, in milliseconds, which a machine that is busy elsewhere makes longer, and by
 *   the browser's own entries, how many frames took it 50 ms or more.
 */
export const scrollingOf = (
  table: Locator,
  steps: number,
): Promise<{ slowest_frame_ms: number; long_frames: number }> =>
  table.evaluate(async (scroller, count) => {
    const frame = () => new Promise<number>(requestAnimationFrame);
    let long = 0;
    const observer = new PerformanceObserver((list) => (long += list.getEntries().length));
    scroller.scrollTo(0, 0);
    await frame();
    let [last, slowest] = [await frame(), 0];
    observer.observe({ type: 'long-animation-frame' });
    for (let step = 1; step <= count; step++) {
      scroller.scrollTo(0, (scroller.scrollHeight * step) / count);
      const now = await frame();
      slowest = Math.max(slowest, now - last);
      last = now;
    }
    // The last frame's entry comes after it.
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { slowest_frame_ms: Math.round(slowest), long_frames: long };
  }, steps);
