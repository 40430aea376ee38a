import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { answerOf, type Api } from '../api/client.js';
import type { NewRun, Run } from '../api/types.js';
import { resolveAgent } from '../agent-reference.js';
import { currentBranch, DEFAULT_BASELINE_FILE, saveBaseline } from '../baseline-file.js';
import { CliError, messageOf } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { amount, collect, integer } from '../options.js';
import { withSession, type Session } from '../session.js';
import { finishRun } from '../watched-run.js';

interface RunOptions {
  agent: string[];
  epochs?: number;
  limit?: number;
  seed?: number;
  temperature?: number;
  maxTokens?: number;
  category?: string[];
  maxCost?: number;
  concurrency?: number;
  detach?: true;
  saveBaseline?: string | true;
  baselineFile: string;
}

export function addRun(program: Command): void {
  program
    .command('run')
    .description('Run agents over a benchmark and show how they scored')
    .argument(
      '<suite>',
      'a definition file (.yaml, .yml, .json), which is published, or a benchmark on the server',
    )
    .requiredOption(
      '-a, --agent <agent>',
      'name, adapter:model as in openai:gpt-5-mini, or "local"; may be given several times',
      collect,
    )
    .option('-e, --epochs <n>', 'trials of each sample', integer(1))
    .option('-n, --limit <n>', 'only as many samples', integer(1))
    .option('--seed <n>', 'of choices made by chance', integer(0))
    .option('--temperature <n>', 'that agents are called with', amount)
    .option('--max-tokens <n>', 'of an answer', integer(1))
    .option('--category <name>', 'only its samples; may be given several times', collect)
    .option('--max-cost <usd>', 'the run is paused before it costs more', amount)
    .option('--concurrency <n>', 'calls in flight at most', integer(1))
    .option('-d, --detach', 'do not wait for its end')
    .option(
      '--save-baseline [branch]',
      'keep the run as the baseline of a branch, by default the one checked out',
    )
    .option('--baseline-file <file>', 'where baselines are kept', DEFAULT_BASELINE_FILE)
    .action(async (suite: string, options: RunOptions, command: Command) => {
      if (options.detach && (options.saveBaseline || command.optsWithGlobals<{ local?: true }>().local))
        throw CliError.usage('--detach does not wait for what --local and --save-baseline wait for.');
      await withSession(command, (session) => run(suite, options, session));
    });
}

async function run(suite: string, options: RunOptions, session: Session): Promise<void> {
  const { api, out, server, environment } = session;
  // Before anything costs money: whether its baseline can be kept at all.
  const branch =
    options.saveBaseline === true ? await currentBranch(environment.branch) : options.saveBaseline;
  const benchmark = /\.(ya?ml|json)$/i.test(suite) ? await publish(api, suite, out.note.bind(out)) : suite;
  const agents: string[] = [];
  for (const reference of options.agent)
    agents.push(await resolveAgent(api, reference, server.url, environment));
  const started = await start(api, {
    benchmark,
    agents,
    ...(options.epochs !== undefined && { epochs: options.epochs }),
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.temperature !== undefined && { temperature: options.temperature }),
    ...(options.maxTokens !== undefined && { max_tokens: options.maxTokens }),
    ...(options.category !== undefined && { categories: options.category }),
    ...(options.maxCost !== undefined && { max_cost_usd: options.maxCost }),
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
  });
  out.note(`Run ${started.id} of ${started.benchmark.name}@${started.benchmark.version}`);
  if (options.detach) {
    out.answer(started, () => [`aibench watch ${started.id}`]);
    return;
  }
  const ended = await finishRun(session, started);
  if (branch === undefined || ended?.status !== 'completed') return;
  await saveBaseline(options.baselineFile, branch, ended, new Date());
  out.note(`Kept as the baseline of branch ${branch} in ${options.baselineFile}.`);
}

/** The reference of the version that the file is; the same content again is the same version. */
export async function publish(api: Api, file: string, say: (line: string) => void): Promise<string> {
  const { name, version, sample_count: samples } = await sendDefinition(api, file, false);
  say(`${file} is ${name}@${version}, ${samples} samples`);
  return `${name}@${version}`;
}

/** @throws CliError where the file cannot be read, or the server finds mistakes in it */
export async function sendDefinition(api: Api, file: string, dryRun: boolean) {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw CliError.usage(`Cannot read ${file}: ${messageOf(error)}.`, 'definition_file');
  });
  const call = api.POST('/api/v1/benchmarks', {
    params: { query: dryRun ? { dry_run: 'true' } : {} },
    headers: {
      'content-type': file.toLowerCase().endsWith('.json') ? 'application/json' : 'application/yaml',
    },
    body: text as never,
    bodySerializer: (body) => body as unknown as string,
  });
  return answerOf(call);
}

/** Sent twice under one key, so that a lost connection starts no second run. */
async function start(api: Api, body: NewRun): Promise<Run> {
  const send = (key: string): Promise<Run> =>
    answerOf(api.POST('/api/v1/runs', { params: { header: { 'Idempotency-Key': key } }, body }));
  const key = randomUUID();
  return send(key).catch((error: unknown) => {
    if (error instanceof CliError && error.exitCode === EXIT.unreachable) return send(key);
    throw error;
  });
}
