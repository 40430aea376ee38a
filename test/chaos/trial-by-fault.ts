import { setTimeout as sleep } from 'node:timers/promises';
import { check, type Findings } from './checks.js';
import { DELAY_MS, EPOCHS, SHORT, type Fault, type Scene } from './fault.js';
import type { World } from './world.js';

/** For one fault, all in all. */
const LIMIT_MS = SHORT ? 200_000 : 600_000;
const POLL_MS = 25;
const FINISHED = ['completed', 'failed', 'cancelled'];

export interface Report {
  name: string;
  verdict: 'survived' | 'NOT SURVIVED' | 'not run';
  /** What shows that it struck, or why it was not run. */
  struck: string;
  trials: number;
  /** Trials without a row when it was over. */
  lost: number;
  /** Seconds from the end of the fault to the end of the run, and of all of it. */
  endedAfterS: number;
  tookS: number;
  findings: Findings | null;
  problems: string[];
}

/** One run under one fault. Never throws: what goes wrong is in the report. */
export async function tryFault(fault: Fault, world: World): Promise<Report> {
  const trials = fault.trials ?? { short: 150, full: 500 };
  const report: Report = {
    name: fault.name,
    verdict: 'NOT SURVIVED',
    struck: 'no proof',
    trials: SHORT ? trials.short : trials.full,
    lost: 0,
    endedAfterS: 0,
    tookS: 0,
    findings: null,
    problems: [],
  };
  const missing = await fault.missing?.();
  if (missing) return { ...report, verdict: 'not run', struck: missing };
  const began = performance.now();
  const time = AbortSignal.timeout(LIMIT_MS);
  const scene = sceneOf(fault, world, report.trials, time);
  try {
    await Promise.race([strikeAndCheck(fault, scene, report), overtime(time)]);
  } catch (error) {
    report.problems.push(error instanceof Error ? error.message : String(error), await standing(scene));
  }
  report.lost = report.trials - (await storedOf(scene));
  report.tookS = (performance.now() - began) / 1000;
  if (report.problems.length === 0) report.verdict = 'survived';
  else await abandon(scene);
  return report;
}

async function strikeAndCheck(fault: Fault, scene: Scene, report: Report): Promise<void> {
  const { world } = scene;
  await world.calm();
  await world.provider.behave({ delayMs: fault.delayMs ?? DELAY_MS });
  await world.useFleet(fault.proxied ?? false, fault.env?.(world) ?? {});
  const benchmark = await world.benchmark(scene.trials / EPOCHS);
  await world.agent(scene.model, fault.proxied ?? false, fault.stream ?? true);
  await fault.prepare?.(scene);
  scene.runId = await world.run(benchmark, scene.model, EPOCHS);
  const struck = await fault.strike(scene);
  const gone = performance.now();
  await scene.until(scene.ended);
  report.endedAfterS = (performance.now() - gone) / 1000;
  report.findings = await check(fault, scene, struck, report.endedAfterS);
  report.problems.push(...report.findings.problems);
  const proof = await struck.proof();
  if (proof === null) report.problems.push('nothing shows that the fault struck');
  else report.struck = proof;
}

function sceneOf(fault: Fault, world: World, trials: number, signal: AbortSignal): Scene {
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal });
  const until: Scene['until'] = async (isSo) => {
    while (!(await isSo())) await wait(POLL_MS);
  };
  const scene: Scene = {
    world,
    runId: '',
    model: `${fault.name}-${Date.now()}`,
    trials,
    wait,
    until,
    reached: (share) => until(async () => (await storedOf(scene)) >= share * trials),
    ended: async () => {
      const sql = 'SELECT status FROM runs WHERE id = $1';
      const [run] = await world.postgres.query<{ status: string }>(sql, [scene.runId]);
      return FINISHED.includes(run?.status ?? '');
    },
    calls: () => world.provider.calls(scene.model),
  };
  return scene;
}

/** Trials that have a row; two rows of one trial count once. */
async function storedOf({ world, runId }: Scene): Promise<number> {
  const sql = 'SELECT count(DISTINCT (sample_id, epoch))::int AS n FROM results WHERE run_id = $1';
  const [row] = await world.postgres.query<{ n: number }>(sql, [runId || null]);
  return row?.n ?? 0;
}

async function overtime(signal: AbortSignal): Promise<never> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  throw new Error(`not over after ${LIMIT_MS / 1000} s`);
}

/** How far the run is, for whoever looks for what holds it up. */
async function standing({ world, runId }: Scene): Promise<string> {
  const sql = `SELECT status, attempt, failures, count(*)::int AS n FROM shards WHERE run_id = $1
    GROUP BY status, attempt, failures ORDER BY status, attempt`;
  const shards = await world.postgres.query<Record<string, unknown>>(sql, [runId || null]);
  const jobs = await world.redis.jobs(world.fleet.queuePrefix);
  return `shards ${JSON.stringify(shards)}, jobs ${JSON.stringify(jobs)}`;
}

/** The next fault is to find neither the run nor processes that this one left in a bad state. */
async function abandon({ world, runId }: Scene): Promise<void> {
  await world.dropFleet();
  if (runId === '') return;
  await world.postgres.query(
    `UPDATE runs SET status = 'cancelled', completed_at = now() WHERE id = $1 AND NOT status = ANY ($2)`,
    [runId, FINISHED],
  );
}
