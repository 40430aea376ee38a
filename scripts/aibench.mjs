// npm run aibench -- <arguments>: installs and builds what is missing, then becomes the command line.
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { fail, messageOf, requireNode } from './lib/project.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  fail(messageOf(error));
}
// npm runs scripts in the folder of package.json; files are named from where npm was called.
if (process.env.npm_lifecycle_event === 'aibench' && process.env.INIT_CWD)
  process.chdir(process.env.INIT_CWD);
await import('../dist/apps/cli/main.js');
