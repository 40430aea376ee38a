// npm run secrets:rotate: brings every secret under the first master key, while the service runs.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/ensure-built.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { fail, messageOf, PROJECT, requireNode } from './lib/project.mjs';

requireNode();
try {
  await ensureInstalled();
  await ensureBuilt();
  const { AppConfig, readEnvironment } = await load('libs/config/index.js');
  const { rotateSecrets } = await load('apps/standalone/index.js');
  if (!(await rotateSecrets(new AppConfig(readEnvironment()), console.log))) process.exit(1);
} catch (error) {
  fail(messageOf(error));
}

/** @param {string} path */
async function load(path) {
  await import('reflect-metadata');
  return import(pathToFileURL(join(PROJECT, 'dist', path)).href);
}
