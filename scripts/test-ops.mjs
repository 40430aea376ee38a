// npm run test:ops: what is shipped for operators, checked. The last line is JSON with the counts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './lib/project.mjs';

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
const counts = join(folder, 'counts');
const texts = await Promise.all(
  (await readdir(counts).catch(() => [])).map((file) => readFile(join(counts, file), 'utf8')),
);
const {
  numPassedTests: passed = 0,
  numFailedTests: failed = 0,
  numPendingTests: skipped = 0,
} = JSON.parse(await readFile(report, 'utf8').catch(() => '{}'));
await rm(folder, { recursive: true });
console.log(
  JSON.stringify({ ...Object.assign({}, ...texts.map((text) => JSON.parse(text))), passed, failed, skipped }),
);
process.exit(code ?? 1);
