import { answerOf } from './api/client.js';
import type { Entry, Run } from './api/types.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { followRun } from './follow-run.js';
import type { Session } from './session.js';
import { renderLeaderboard } from './terminal/leaderboard.js';
import { ProgressBar } from './terminal/progress-bar.js';
import { untilInterrupted } from './until-interrupted.js';

/**
 * Follows a run to its end, answers with its leaderboard and sets the exit code. Ctrl-C leaves the run going and says
 * how to come back to it; one on a service of our own it cancels, since that goes with us.
 * @returns the run as it ended; undefined where it was interrupted
 */
export async function finishRun(session: Session, { id, benchmark }: Run): Promise<Run | undefined> {
  const { api, out, local } = session;
  const bar = new ProgressBar(benchmark.name);
  const abort = new AbortController();
  const following = followRun(api, id, bar, abort.signal);
  // After Ctrl-C nobody waits for it any more.
  following.catch(() => undefined);
  const ended = await untilInterrupted(following);
  if (ended === 'interrupted') {
    abort.abort();
    bar.end();
    if (local) {
      await answerOf(api.POST('/api/v1/runs/{run_id}/cancel', { params: { path: { run_id: id } } }));
      out.note(`Cancelled run ${id}.`);
    } else {
      out.note(`Run ${id} goes on. Come back to it:  aibench watch ${id}\nEnd it:  aibench cancel ${id}`);
    }
    process.exitCode = EXIT.interrupted;
    return undefined;
  }
  showRun(session, ended);
  process.exitCode = exitCodeOf(ended);
  return ended;
}

/** Answers with a run's leaderboard, and notes what else is to be known of it. */
export function showRun({ out }: Pick<Session, 'out'>, run: Run): void {
  out.answer(run, () => renderLeaderboard(run.entries, out.width));
  for (const line of remarksOn(run)) out.note(line);
}

/** Why it is where it is, where that is no plain success. */
export function remarksOn(run: Run): string[] {
  const errors = run.entries
    .filter((entry) => entry.error !== null)
    .map((entry) => `${entry.agent.name}: ${entry.error}`);
  if (run.status === 'paused')
    return [
      ...errors,
      `Run ${run.id} is paused: ${run.pause?.message ?? "by somebody's wish."}`,
      `Let it go on:  aibench resume ${run.id} [--max-cost <usd>]`,
    ];
  if (run.status === 'failed' || run.status === 'cancelled')
    return [
      ...errors,
      `Run ${run.id} ${run.status === 'failed' ? 'failed' : 'was cancelled'}${run.error ? `: ${run.error}` : '.'}`,
    ];
  return [...errors, ...run.entries.filter(hasThreshold).map(thresholdRemark)];
}

/** A failed run, or one whose benchmark asks for a score that an agent surely does not reach, is a failure. */
export function exitCodeOf(run: Run): ExitCode {
  if (run.status === 'failed') return EXIT.fail;
  if (run.status === 'paused' || run.status === 'cancelled') return EXIT.inconclusive;
  const results = run.entries.map(({ summary }) => summary?.threshold_result ?? 'passed');
  if (results.includes('failed')) return EXIT.fail;
  return results.includes('inconclusive') ? EXIT.inconclusive : EXIT.pass;
}

const hasThreshold = ({ summary }: Entry): boolean => summary?.threshold_result != null;

const thresholdRemark = ({ agent, summary }: Entry): string =>
  `${agent.name}: ${summary?.threshold_result} the benchmark's threshold of ${(summary?.pass_threshold ?? 0) * 100} %`;
