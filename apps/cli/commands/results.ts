import type { Command } from 'commander';
import { answerOf } from '../api/client.js';
import type { Result, RunOverview } from '../api/types.js';
import { RUN_REFERENCE, runIdOf } from '../entry-reference.js';
import { getRun } from '../follow-run.js';
import { integer } from '../options.js';
import { withSession, type Session } from '../session.js';
import { count, milliseconds, minute, money, NONE, percent } from '../terminal/format.js';
import { renderTable, type Column } from '../terminal/table.js';
import { showRun } from '../watched-run.js';

interface ResultsOptions {
  trials?: true;
  wrong?: true;
  agent?: string;
  limit: number;
}

export function addResults(program: Command): void {
  program
    .command('results')
    .description('What a run came to, or without one, which runs there are')
    .argument('[run]', RUN_REFERENCE)
    .option('-t, --trials', 'its single trials')
    .option('-w, --wrong', 'its trials that scored less than 1')
    .option('-a, --agent <agent>', 'only of this agent')
    .option('-n, --limit <n>', 'as many at most, up to 100', integer(1), 20)
    .action((reference: string | undefined, options: ResultsOptions, command: Command) =>
      withSession(command, async (session) => {
        if (reference === undefined) return listRuns(session, options.limit);
        const runId = await runIdOf(reference);
        if (options.trials || options.wrong) return listTrials(session, runId, options);
        showRun(session, await getRun(session.api, runId));
      }),
    );
}

async function listRuns({ api, out }: Session, limit: number): Promise<void> {
  const page = await answerOf(api.GET('/api/v1/runs', { params: { query: { limit } } }));
  out.answer(page, () => renderTable(page.items, RUN_COLUMNS, out.width));
}

async function listTrials({ api, out }: Session, runId: string, options: ResultsOptions): Promise<void> {
  const query = {
    run_id: runId,
    limit: options.limit,
    ...(options.agent !== undefined && { agent: options.agent }),
    ...(options.wrong && { max_score: 0.999999 }),
  };
  const page = await answerOf(api.GET('/api/v1/results', { params: { query } }));
  out.answer(page, () => renderTable(page.items as unknown as Result[], TRIAL_COLUMNS, out.width));
  if (page.next_cursor !== null) out.note(`There are more: raise --limit, or \`aibench export ${runId}\`.`);
}

const RUN_COLUMNS: Column<RunOverview>[] = [
  { title: 'Run', isText: true, text: ({ id }) => id },
  { title: 'Benchmark', isText: true, text: ({ benchmark }) => `${benchmark.name}@${benchmark.version}` },
  { title: 'Status', isText: true, text: ({ status }) => status },
  { title: 'Done', text: ({ progress }) => percent(progress), dispensable: 2 },
  { title: 'Agents', isText: true, text: agentsOf, dispensable: 1 },
  { title: 'Created (UTC)', text: ({ created_at }) => minute(created_at), dispensable: 3 },
];

function agentsOf({ entries }: RunOverview): string {
  return entries.map(({ agent }) => agent.name).join(', ');
}

const TRIAL_COLUMNS: Column<Result>[] = [
  { title: 'Sample', isText: true, text: ({ sample_id }) => sample_id },
  { title: 'Agent', isText: true, text: ({ agent }) => agent },
  { title: 'Epoch', text: ({ epoch }) => count(epoch), dispensable: 3 },
  { title: 'Outcome', isText: true, text: ({ outcome, error_code }) => error_code ?? outcome },
  { title: 'Score', text: ({ score }) => (score === null ? NONE : score.toFixed(2)) },
  { title: 'Answer', isText: true, text: (result) => answerIn(result), dispensable: 1 },
  { title: 'Time', text: ({ latency_ms }) => milliseconds(latency_ms), dispensable: 2 },
  { title: 'Cost', text: ({ cost_usd }) => money(cost_usd), dispensable: 4 },
];

/** As the first scorer that took one out of the output. */
const answerIn = ({ scores }: Result): string =>
  Object.values(scores ?? {}).find(({ answer }) => answer !== null)?.answer ?? NONE;
