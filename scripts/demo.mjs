// npm run demo [-- --exit] [-- --suite <name>]: from a clone to a leaderboard of each built-in suite.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ApiClient } from './lib/api-client.mjs';
import { demoAgents } from './lib/demo-agents.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { renderLeaderboard } from './lib/leaderboard.mjs';
import { ProgressBar } from './lib/progress-bar.mjs';
import { fail, messageOf, PROJECT, requireNode } from './lib/project.mjs';
import { Service } from './lib/service.mjs';
import { step } from './lib/step.mjs';

const POLL_MS = 250;
const SUITES = ['reasoning-v1', 'arithmetic-v1'];

requireNode();
const { suite, exit } = readArguments();
const started = performance.now();
/** @type {Service | undefined} */
let service;
const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
});

try {
  const result = await Promise.race([demonstrate(), interrupted]);
  if (result === 'done' && !exit && process.stdout.isTTY) {
    console.log('\nThe service stays up. Ctrl-C stops it.');
    const failure = await Promise.race([service?.ended(), interrupted]);
    if (failure instanceof Error) throw failure;
  }
  await stop();
  process.exit(result === 'done' ? 0 : 130);
} catch (error) {
  const said = service?.isRunning && service.lastLines;
  await stop();
  fail(`\n${messageOf(error)}${said ? `\nThe service's last lines:\n${said}` : ''}`);
}

/** @returns {Promise<'done'>} */
async function demonstrate() {
  if (existsSync(join(PROJECT, '.env'))) process.loadEnvFile(join(PROJECT, '.env'));
  await ensureInstalled();
  await ensureBuilt();
  const { url } = (service = await step('Starting the service', () => Service.start()));
  console.log(`The service listens on ${url}`);

  const api = new ApiClient(url);
  const agents = await demoAgents();
  for (const agent of agents) await api.post('/api/v1/agents', agent);
  const runs = [];
  for (const name of suite ? [suite] : SUITES) {
    // Calls to a provider may cost money: of those there are only as many as the first suite has samples.
    const taking =
      suite || name === SUITES[0] ? agents : agents.filter(({ adapter }) => adapter === 'baseline');
    const runId = await runBenchmark(
      api,
      name,
      taking.map((agent) => agent.name),
    );
    const run = await api.get(`/api/v1/runs/${runId}`);
    console.log(`\n${run.benchmark.title}: ${run.sample_count} samples\n`);
    console.log(`${renderLeaderboard(run.entries, process.stdout.columns || 120).join('\n')}\n`);
    runs.push(`The run  ${url}/api/v1/runs/${runId} (${name})`);
  }
  console.log(`Swagger  ${url}/docs`);
  console.log(runs.join('\n'));
  console.log(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  return 'done';
}

/**
 * Returns the run's id once it has completed.
 * @param {ApiClient} api
 * @param {string} benchmark
 * @param {string[]} agents
 * @returns {Promise<string>}
 */
async function runBenchmark(api, benchmark, agents) {
  const began = performance.now();
  const { run_id: runId } = await api.post('/api/benchmark/run', { agents, benchmark });
  const bar = new ProgressBar(`Running ${benchmark}`);
  for (;;) {
    const { status, progress } = await api.get(`/api/benchmark/${runId}`);
    bar.update(progress);
    if (status === 'completed') break;
    if (status === 'failed' || status === 'cancelled' || status === 'paused') {
      const { error, pause } = await api.get(`/api/v1/runs/${runId}`);
      throw new Error(`\nThe run is ${status}: ${error ?? pause?.message ?? "by somebody's wish."}`);
    }
    await sleep(POLL_MS);
  }
  bar.end();
  console.log(`Ran in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return runId;
}

async function stop() {
  if (service?.isRunning) await step('Stopping the service', async () => service?.stop());
}

function readArguments() {
  try {
    const options = /** @type {const} */ ({
      suite: { type: 'string' },
      exit: { type: 'boolean', default: false },
    });
    return parseArgs({ options }).values;
  } catch (error) {
    fail(`${messageOf(error)}\nUsage: npm run demo -- [--exit] [--suite reasoning-v1|arithmetic-v1]`);
  }
}
