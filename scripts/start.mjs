// npm start: installs and builds what is missing, then becomes the standalone service.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { fail, messageOf, PROJECT, requireNode } from './lib/project.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
} catch (error) {
  fail(messageOf(error));
}
// In this very process, so that signals, exit code and terminal are the service's own.
await import(pathToFileURL(join(PROJECT, 'dist/apps/standalone/main.js')).href);
