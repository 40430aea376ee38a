import type { Command } from 'commander';
import { answerOf } from '../api/client.js';
import { RUN_REFERENCE, runIdOf } from '../entry-reference.js';
import { getRun } from '../follow-run.js';
import { amount } from '../options.js';
import { withSession } from '../session.js';
import { finishRun, showRun } from '../watched-run.js';

/** A run that is under way: looked at, ended, continued. */
export function addWatch(program: Command): void {
  program
    .command('watch')
    .description('Follow a run to its end')
    .argument('<run>', RUN_REFERENCE)
    .action((reference: string, _options: object, command: Command) =>
      withSession(command, async (session) => {
        await finishRun(session, await getRun(session.api, await runIdOf(reference)));
      }),
    );
  program
    .command('cancel')
    .description('End a run; what it has stays')
    .argument('<run>', RUN_REFERENCE)
    .action((reference: string, _options: object, command: Command) =>
      withSession(command, async (session) => {
        const params = { path: { run_id: await runIdOf(reference) } };
        showRun(session, await answerOf(session.api.POST('/api/v1/runs/{run_id}/cancel', { params })));
      }),
    );
  program
    .command('resume')
    .description('Let a paused run go on, and follow it')
    .argument('<run>', RUN_REFERENCE)
    .option('--max-cost <usd>', 'with this budget', amount)
    .action((reference: string, { maxCost }: { maxCost?: number }, command: Command) =>
      withSession(command, async (session) => {
        const params = { path: { run_id: await runIdOf(reference) } };
        if (maxCost !== undefined)
          await session.api.PATCH('/api/v1/runs/{run_id}', { params, body: { max_cost_usd: maxCost } });
        // A raised budget may have let it go on already.
        const run = await getRun(session.api, params.path.run_id);
        if (run.status === 'paused') await session.api.POST('/api/v1/runs/{run_id}/resume', { params });
        await finishRun(session, run);
      }),
    );
}
