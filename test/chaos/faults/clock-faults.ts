import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { installPackage } from '../../../scripts/lib/ensure-debian.mjs';
import type { Fault, Scene } from '../fault.js';
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

const clockFault = (name: string, hours: number): Fault => ({
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
  // The clocks take a second to jump.
  delayMs: 600,
  async strike({ world, reached, until, ended }) {
    await reached(0.3);
    await setClocks(world, hours, until);
    const inTime = !(await ended());
    await reached(0.9);
    await setClocks(world, 0, until);
    return { proof: () => (inTime ? `the workers' answers were dated ${hours} h off` : null) };
  },
});

/** Returns once every worker tells that time. */
async function setClocks(world: World, hours: number, until: Scene['until']): Promise<void> {
  writeFileSync(world.path(CLOCK_FILE), `${hours < 0 ? '' : '+'}${hours}h`);
  await until(async () => (await offsetsOf(world)).every((minutes) => Math.abs(minutes - hours * 60) <= 1));
}

/** How far the workers' clocks are ahead of ours, by the date in their answers, in minutes. */
const offsetsOf = (world: World): Promise<number[]> =>
  Promise.all(
    world.fleet.workers.map(async ({ url }) => {
      const { headers } = await fetch(`${url}/health`);
      return Math.round((Date.parse(headers.get('date') ?? '') - Date.now()) / 60_000);
    }),
  );

export const CLOCK_FAULTS: Fault[] = [
  clockFault('workers-clock-ahead', 1),
  clockFault('workers-clock-behind', -1),
];
