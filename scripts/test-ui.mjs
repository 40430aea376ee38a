// npm run test:ui: people's ways through the dashboard, in Chromium. UPDATE_SCREENSHOTS=1 also writes docs/screenshots.
// The last line is JSON with the figures.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './lib/project.mjs';

const folder = await mkdtemp(join(tmpdir(), 'aibench-ui-'));
const vitest = spawn(
  process.execPath,
  [join(PROJECT, 'node_modules/vitest/vitest.mjs'), 'run', 'test/ui', ...process.argv.slice(2)],
  { cwd: PROJECT, stdio: 'inherit', env: { ...process.env, UI_REPORT: folder } },
);
// A terminal's Ctrl-C reaches vitest too; it ends and then so do we.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => vitest.kill('SIGTERM'));
const [code] = await once(vitest, 'exit');
const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
await rm(folder, { recursive: true });
console.log(`\n${JSON.stringify(Object.assign({}, ...texts.map((text) => JSON.parse(text))))}`);
process.exit(code ?? 1);
