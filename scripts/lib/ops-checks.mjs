import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureProgram } from './ensure-debian.mjs';
import { fail, PROJECT } from './project.mjs';

/**
 * @typedef {{ testResults: { name: string, assertionResults: { status: string }[] }[] }} VitestReport
 */

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

/** Ends the process where a program is missing that cannot be installed. */
export async function ensureOpsPrograms() {
  const missing = [];
  for (const [program, name] of Object.entries(PROGRAMS))
    if ((await ensureProgram(program, name)) === undefined) missing.push(name);
  if (missing.length > 0)
    fail(
      `Programs are missing that only root may install. On Debian, as root: apt-get install -y ${missing.join(' ')}`,
    );
}

/**
 * Prints the counts of test/ops as a line of JSON.
 * @param {string} folder what `OPS_REPORT` named
 * @param {VitestReport | null} results
 * @returns {Promise<string[]>} what was not counted
 */
export async function printOpsCounts(folder, results) {
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const counts = Object.assign({}, ...texts.map((text) => JSON.parse(text)));
  const statuses = (results?.testResults ?? [])
    .filter(({ name }) => name.startsWith(join(PROJECT, 'test/ops/')))
    .flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  /** @param {string[]} which */
  const number = (...which) => statuses.filter((status) => which.includes(status)).length;
  const ended = { passed: number('passed'), failed: number('failed') };
  console.log(JSON.stringify({ ...counts, ...ended, skipped: number('pending', 'skipped', 'todo') }));
  return COUNTS.filter((name) => !(name in counts));
}
