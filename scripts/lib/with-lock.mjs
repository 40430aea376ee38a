import { mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT } from './project.mjs';

/**
 * Runs `action` while no other process of this machine runs one under the same name in this project.
 * The lock is a symbolic link to the holder's pid: made in one step, and telling whether its holder still lives.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(name, action) {
  const lock = join(PROJECT, '.data', `${name}.lock`);
  await mkdir(dirname(lock), { recursive: true });
  while (!(await take(lock))) {
    const holder = Number(await readlink(lock).catch(() => process.pid));
    if (isAlive(holder)) await sleep(200);
    else await rm(lock, { force: true });
  }
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

/** @param {string} lock */
async function take(lock) {
  try {
    await symlink(String(process.pid), lock);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
