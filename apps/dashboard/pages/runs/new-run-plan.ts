import type { RunOverview } from '../../api/types.js';

/** An agent's newest completed entry in a run of the same benchmark. */
export interface Precedent {
  run: RunOverview;
  entry: RunOverview['entries'][number];
}

/** @param runs the newest first. @param agent a name, which is any version of it, or name@version. */
export function precedentOf(runs: RunOverview[], agent: string): Precedent | undefined {
  for (const run of runs) {
    const entry = run.entries.find(
      ({ agent: { name, version }, status, done }) =>
        status === 'completed' && done > 0 && (agent === name || agent === `${name}@${version}`),
    );
    if (entry) return { run, entry };
  }
  return undefined;
}

/** Adapters that call nobody. */
const FREE = new Set(['baseline', 'replay']);

/** Undefined where nothing says what a trial costs. */
export function costOf(precedent: Precedent | undefined, trials: number): number | undefined {
  if (!precedent) return undefined;
  const { agent, price_version, cost_usd, done } = precedent.entry;
  if (FREE.has(agent.adapter)) return 0;
  return price_version === null ? undefined : (cost_usd / done) * trials;
}

/** At the pace of the run before, which took as long as its slowest agent. */
export function secondsOf(precedent: Precedent | undefined, trials: number): number | undefined {
  const { started_at, completed_at } = precedent?.run ?? {};
  if (!precedent || !started_at || !completed_at) return undefined;
  const seconds = (Date.parse(completed_at) - Date.parse(started_at)) / 1000;
  return (seconds / precedent.entry.done) * trials;
}

/** The sum, or the largest, of what is known of all; undefined where it is not known of one. */
export const ofAll = (
  values: (number | undefined)[],
  merge: (known: number[]) => number,
): number | undefined =>
  values.length === 0 || values.includes(undefined) ? undefined : merge(values as number[]);
