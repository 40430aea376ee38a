// npm run test:ops: what is shipped for operators, checked. The last line is JSON with the counts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { ensureOpsPrograms, printOpsCounts } from './lib/ops-checks.mjs';
import { fail, messageOf, PROJECT, requireNode } from './lib/project.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  fail(messageOf(error));
}
await ensureOpsPrograms();

const folder = await mkdtemp(join(tmpdir(), 'aibench-ops-'));
const report = join(folder, 'vitest.json');
const counts = join(folder, 'counts');
const vitest = spawn(
  process.execPath,
  [
    join(PROJECT, 'node_modules/vitest/vitest.mjs'),
    ...['run', 'test/ops', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ],
  { cwd: PROJECT, stdio: 'inherit', env: { ...process.env, OPS_REPORT: counts } },
);
const [code] = await once(vitest, 'exit');
const results = JSON.parse(await readFile(report, 'utf8').catch(() => 'null'));
const uncounted = await printOpsCounts(counts, results);
await rm(folder, { recursive: true });
if (uncounted.length > 0)
  console.error(`Not counted, since their tests failed or were skipped: ${uncounted.join(', ')}.`);
process.exit(code === 0 && uncounted.length === 0 ? 0 : 1);
