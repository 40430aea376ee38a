// npm run test:ops: what is shipped for operators, checked. The last line is JSON with the counts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureProgram } from './lib/ensure-debian.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { fail, messageOf, PROJECT, requireNode } from './lib/project.mjs';

/** What the checks run, by Debian's package. */
const PROGRAMS = {
  'docker-compose': 'docker-compose',
  nginx: 'nginx',
  pgbackrest: 'pgbackrest',
  pg_lsclusters: 'postgresql',
  psql: 'postgresql-client',
  prometheus: 'prometheus',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  'prometheus-postgres-exporter': 'prometheus-postgres-exporter',
  'prometheus-redis-exporter': 'prometheus-redis-exporter',
  'redis-server': 'redis-server',
};

/** Counted by tests that a missing program would skip: none of them may be missing at the end. */
const COUNTS = [
  ...['alerts', 'alert_cases', 'panels', 'panels_with_data'],
  ...['non_2xx_in_deploy', 'restore_identical'],
];

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  fail(messageOf(error));
}
const missing = [];
for (const [program, name] of Object.entries(PROGRAMS))
  if ((await ensureProgram(program, name)) === undefined) missing.push(name);
if (missing.length > 0)
  fail(
    `Programs are missing that only root may install. On Debian, as root: apt-get install -y ${missing.join(' ')}`,
  );

const folder = await mkdtemp(join(tmpdir(), 'aibench-ops-'));
const report = join(folder, 'vitest.json');
const vitest = spawn(
  process.execPath,
  [
    join(PROJECT, 'node_modules/vitest/vitest.mjs'),
    ...['run', 'test/ops', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ],
  { cwd: PROJECT, stdio: 'inherit', env: { ...process.env, OPS_REPORT: join(folder, 'counts') } },
);
const [code] = await once(vitest, 'exit');
const reports = join(folder, 'counts');
const texts = await Promise.all(
  (await readdir(reports).catch(() => [])).map((file) => readFile(join(reports, file), 'utf8')),
);
const {
  numPassedTests: passed = 0,
  numFailedTests: failed = 0,
  numPendingTests: skipped = 0,
} = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'));
await rm(folder, { recursive: true });
const counts = Object.assign({}, ...texts.map((text) => JSON.parse(text)));
const uncounted = COUNTS.filter((name) => !(name in counts));
if (uncounted.length > 0)
  console.error(`Not counted, since their tests failed or were skipped: ${uncounted.join(', ')}.`);
console.log(JSON.stringify({ ...counts, passed, failed, skipped }));
process.exit(code === 0 && uncounted.length === 0 ? 0 : 1);
