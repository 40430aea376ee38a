import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { installPackage } from '#test/support/redis-server';
import type { Fault } from '../fault.js';
import type { World } from '../world.js';

const CLOCK_FILE = 'clock';
const NO_SHIFT = '+0';

/** What `faketime` (Debian's package of that name) would preload, or null where it is not to be had. */
async function preload(): Promise<string | null> {
  const ask = async (): Promise<string | null> => {
    const { stdout } = await promisify(execFile)('faketime', ['-m', '-f', NO_SHIFT, 'env']);
    return /^LD_PRELOAD=(.+)$/m.exec(stdout)?.[1] ?? null;
  };
  return ask().catch(async () => ((await installPackage('faketime')) ? ask() : null));
}

let library: string | null = null;

const clockFault = (name: string, shift: string): Fault => ({
  name,
  async missing() {
    library = await preload();
    return library === null ? 'no faketime on PATH, and none installable' : null;
  },
  env(world) {
    writeFileSync(world.path(CLOCK_FILE), NO_SHIFT);
    return {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: world.path(CLOCK_FILE),
      FAKETIME_CACHE_DURATION: '1',
      // Time spans are measured by another clock, which nobody sets.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  },
  async strike({ world, reached, until }) {
    await reached(0.3);
    writeFileSync(world.path(CLOCK_FILE), shift);
    let offsets: number[] = [];
    await until(async () => {
      offsets = await offsetsOf(world);
      return offsets.every((minutes) => Math.abs(minutes) >= 59);
    });
    await reached(0.9);
    writeFileSync(world.path(CLOCK_FILE), NO_SHIFT);
    return { proof: () => `workers' clocks jumped by ${offsets.join(' and ')} min` };
  },
});

/** How far the workers' clocks are ahead of ours, by the date in their answers, in minutes. */
const offsetsOf = (world: World): Promise<number[]> =>
  Promise.all(
    world.fleet.workers.map(async ({ url }) => {
      const { headers } = await fetch(`${url}/health`);
      return Math.round((Date.parse(headers.get('date') ?? '') - Date.now()) / 60_000);
    }),
  );

export const CLOCK_FAULTS: Fault[] = [
  clockFault('workers-clock-ahead', '+1h'),
  clockFault('workers-clock-behind', '-1h'),
];
