import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { PROJECT } from './project.mjs';
import { step } from './step.mjs';
import { withLock } from './with-lock.mjs';

/** Installs the packages of package-lock.json unless node_modules has exactly them. */
export async function ensureInstalled() {
  if (await isInstalled()) return;
  await withLock('install', async () => {
    if (await isInstalled()) return;
    await step('Installing packages', () =>
      npm('ci', '--include=dev', '--include=optional', '--prefer-offline', '--loglevel=error'),
    );
  });
}

/**
 * npm notes in node_modules what it installed, as its last act. That may lack optional packages, which are those
 * of other platforms.
 */
async function isInstalled() {
  const [wanted, found] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map(readPackages),
  );
  if (!found) return false;
  const isSame = (/** @type {string} */ path) => found[path]?.integrity === wanted?.[path]?.integrity;
  return (
    Object.entries(wanted ?? {}).every(
      ([path, { optional }]) => !path || (optional && !found[path]) || isSame(path),
    ) && Object.keys(found).every(isSame)
  );
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, { integrity?: string, optional?: boolean }> | undefined>}
 */
async function readPackages(file) {
  const text = await readFile(join(PROJECT, file), 'utf8').catch(() => undefined);
  return text && JSON.parse(text).packages;
}
