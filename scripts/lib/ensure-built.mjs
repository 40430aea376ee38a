import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { PROJECT } from './project.mjs';
import { step } from './step.mjs';
import { withLock } from './with-lock.mjs';

const SOURCES = ['apps', 'libs', 'migrations'];
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const STAMP = join(PROJECT, 'dist/.sources');

/** Builds dist/ unless it was built from these sources. */
export async function ensureBuilt() {
  await withLock('build', async () => {
    const sources = await hashSources();
    if ((await readFile(STAMP, 'utf8').catch(() => undefined)) === sources) return;
    await step('Building', () => npm('run', 'build'));
    await writeFile(STAMP, sources);
  });
}

async function hashSources() {
  const listed = await Promise.all(SOURCES.map((folder) => filesIn(join(PROJECT, folder))));
  const files = [...SETTINGS.map((file) => join(PROJECT, file)), ...listed.flat().sort()];
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.slice(PROJECT.length)}\0`).update(await readFile(file));
  return hash.digest('hex');
}

/** @param {string} folder */
async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name));
}
