// npm test [-- <vitest arguments>]: installs what is missing and runs every suite, with coverage unless filtered.
// REQUIRE_OPS=1: what test/ops skips otherwise is run too, and must be counted as in `npm run test:ops`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coverageProblems, coverageTable } from './lib/coverage.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { ensureOpsPrograms, printOpsCounts } from './lib/ops-checks.mjs';
import { fail, messageOf, PROJECT, requireNode } from './lib/project.mjs';

requireNode();
try {
  await ensureInstalled();
} catch (error) {
  fail(messageOf(error));
}

const withOps = process.env.REQUIRE_OPS === '1';
if (withOps) await ensureOpsPrograms();

const filters = process.argv.slice(2);
const withCoverage = filters.length === 0;
const folder = await mkdtemp(join(tmpdir(), 'aibench-test-'));
const report = join(folder, 'report.json');
const opsCounts = join(folder, 'ops');
const vitest = spawn(
  process.execPath,
  [
    join(PROJECT, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(withCoverage ? ['--coverage'] : []),
    ...filters,
  ],
  {
    cwd: PROJECT,
    stdio: 'inherit',
    env: { ...process.env, ...(withOps && { OPS_REPORT: opsCounts }) },
  },
);
// A terminal's Ctrl-C reaches vitest too; it ends and then so do we.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => vitest.kill('SIGTERM'));
const [code] = await once(vitest, 'exit');
const results = JSON.parse(await readFile(report, 'utf8').catch(() => 'null'));
const uncounted = withOps ? await printOpsCounts(opsCounts, results) : [];
await rm(folder, { recursive: true });

let problems = code === 0 && results?.success ? [] : [`vitest ended with ${code ?? 'a signal'}`];
if (withCoverage && results) {
  const summary = JSON.parse(
    await readFile(join(PROJECT, 'coverage/coverage-summary.json'), 'utf8').catch(() => '{}'),
  );
  console.log(`\n${coverageTable(summary).join('\n')}`);
  problems = [...problems, ...coverageProblems(summary)];
}
if (uncounted.length > 0) problems = [...problems, `test/ops did not count ${uncounted.join(', ')}`];
if (problems.length > 0) console.error(`\nFailed: ${problems.join('; ')}.`);
console.log(`\n${closingLine(results)}`);
process.exit(problems.length > 0 ? 1 : 0);

/**
 * A file that does not load has no test to count, so it counts as one that failed.
 * @param {null | {
 *   numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[]
 * }} results
 */
function closingLine(results) {
  if (!results) return '0 passed, 1 failed, 0 skipped';
  const broken = results.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
  ).length;
  const skipped = results.numPendingTests + results.numTodoTests;
  return `${results.numPassedTests} passed, ${results.numFailedTests + broken} failed, ${skipped} skipped`;
}
