// npm run demo [-- --exit] [-- --suite <name>]: from a clone to a leaderboard of each built-in suite.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { demoAgents } from './lib/demo-agents.mjs';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { fail, messageOf, PROJECT, requireNode } from './lib/project.mjs';
import { step } from './lib/step.mjs';

const SUITES = ['reasoning-v1', 'arithmetic-v1'];

requireNode();
const { suite, exit } = readArguments();
const started = performance.now();
/** @type {import('#apps/cli').LocalService | undefined} */
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
  const cli = await import('#apps/cli');
  const { url } = (service = await step('Starting the service', () => cli.LocalService.start()));
  console.log(`The service listens on ${url}`);

  const api = cli.connect({ url });
  const agents = await demoAgents(cli.localAgent);
  for (const body of agents) await api.POST('/api/v1/agents', { body });
  const runs = [];
  for (const name of suite ? [suite] : SUITES) {
    // Calls to a provider may cost money: of those there are only as many as the first suite has samples.
    const taking =
      suite || name === SUITES[0] ? agents : agents.filter(({ adapter }) => adapter === 'baseline');
    const began = performance.now();
    const body = { benchmark: name, agents: taking.map((agent) => agent.name) };
    const { data: accepted } = await api.POST('/api/v1/runs', { body });
    const run = await cli.followRun(api, accepted.id, new cli.ProgressBar(`Running ${name}`));
    if (run.status !== 'completed')
      throw new Error(
        `The run is ${run.status}: ${run.error ?? run.pause?.message ?? "by somebody's wish."}`,
      );
    console.log(`Ran in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    console.log(`\n${run.benchmark.title}: ${run.sample_count} samples\n`);
    console.log(`${cli.renderLeaderboard(run.entries, process.stdout.columns || 120).join('\n')}\n`);
    runs.push(`The run    ${url}/runs/${run.id} (${name})`);
  }
  console.log(runs.join('\n'));
  console.log(`Dashboard  ${url}`);
  console.log(`Swagger    ${url}/docs`);
  console.log(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  return 'done';
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
