// npm run secrets:rotate: brings every secret under the first master key, while the service runs. It neither installs nor
// builds: what runs would lose its files.
import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail, messageOf, PROJECT, requireNode } from './lib/project.mjs';

requireNode();
if (!existsSync(join(PROJECT, 'dist/apps/standalone/index.js')))
  fail('The service is not built. Run: npm run build');
try {
  const { AppConfig, readEnvironment } = await load('libs/config/index.js');
  const { rotateSecrets } = await load('apps/standalone/index.js');
  if (!(await rotateSecrets(new AppConfig(readEnvironment()), console.log))) process.exit(1);
} catch (error) {
  fail(messageOf(error));
}

/** @param {string} path */
function load(path) {
  return import(pathToFileURL(join(PROJECT, 'dist', path)).href);
}
