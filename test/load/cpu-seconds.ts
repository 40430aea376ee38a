import { readdir, readFile } from 'node:fs/promises';

/** Linux counts CPU time for programs in hundredths of a second, whatever its own clock. */
const TICKS_PER_SECOND = 100;

interface Stat {
  parent: number;
  /** Of the process itself. */
  own: number;
  /** Of its children that have ended. */
  ended: number;
}

async function statOf(pid: number): Promise<Stat> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name, which may hold anything; the third is behind its parenthesis.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (field: number): number => Number(fields[field - 3]);
  return {
    parent: at(4),
    own: (at(14) + at(15)) / TICKS_PER_SECOND,
    ended: (at(16) + at(17)) / TICKS_PER_SECOND,
  };
}

/** CPU seconds that a process has used. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  return (await statOf(pid)).own;
}

export async function parentOf(pid: number): Promise<number> {
  return (await statOf(pid)).parent;
}

/** CPU seconds that a process and its children have used, those that have ended too. */
export async function cpuSecondsOfFamily(pid: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map((other) => statOf(other).catch(() => undefined)));
  const children = stats.filter((stat) => stat?.parent === pid);
  const { own, ended } = await statOf(pid);
  return children.reduce((sum, stat) => sum + (stat?.own ?? 0), own + ended);
}

/** CPU seconds of the whole machine, of all its cores together: those that were used, and those that there were. */
export async function cpuSecondsOfMachine(): Promise<{ used: number; there: number }> {
  const [, ...fields] = (await readFile('/proc/stat', 'utf8')).split('\n', 1)[0]?.split(/\s+/) ?? [];
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are in user.
  const ticks = fields.slice(0, 8).map(Number);
  const there = ticks.reduce((sum, n) => sum + n, 0) / TICKS_PER_SECOND;
  const idle = ((ticks[3] ?? 0) + (ticks[4] ?? 0)) / TICKS_PER_SECOND;
  return { used: there - idle, there };
}
