import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf, type Api } from './api/client.js';
import { progressEvents } from './api/progress-events.js';
import type { Run, RunProgress } from './api/types.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import type { ProgressBar } from './terminal/progress-bar.js';

const RETRY_MS = 1000;
/** A server that is started anew has come back by then. */
const PATIENCE_MS = 60_000;

/** Nothing happens to it until somebody acts. */
const SETTLED: readonly Run['status'][] = ['completed', 'failed', 'cancelled', 'paused'];

export const getRun = (api: Api, runId: string): Promise<Run> =>
  answerOf(api.GET('/api/v1/runs/{run_id}', { params: { path: { run_id: runId } } }));

/**
 * Shows a run's progress until it has ended or is paused, over lost connections, and gives it as it is then.
 * @param signal has it end at once
 * @throws CliError where the server stays away for a minute, or refuses.
 */
export async function followRun(
  api: Api,
  runId: string,
  bar: ProgressBar,
  signal?: AbortSignal,
): Promise<Run> {
  let lastAnswer = Date.now();
  for (;;) {
    try {
      const run = await getRun(api, runId);
      lastAnswer = Date.now();
      if (SETTLED.includes(run.status)) {
        bar.update(progressOf(run));
        bar.end();
        return run;
      }
      for await (const progress of progressEvents(api, runId, signal)) {
        lastAnswer = Date.now();
        if (SETTLED.includes(progress.status)) break;
        bar.update(progress);
      }
    } catch (error) {
      // A stream that breaks off is no CliError.
      const isRefused = error instanceof CliError && error.exitCode !== EXIT.unreachable;
      if (isRefused || signal?.aborted || Date.now() - lastAnswer > PATIENCE_MS) throw error;
      await sleep(RETRY_MS);
    }
  }
}

const progressOf = (run: Run): RunProgress => ({
  status: run.status,
  progress: run.progress,
  done: run.done,
  trials: run.trials,
  trials_per_s: null,
  eta_s: null,
  cost_usd: run.entries.reduce((sum, { cost_usd }) => sum + cost_usd, 0),
});
