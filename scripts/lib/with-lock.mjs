import { mkdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT } from './project.mjs';

/**
 * Runs `action` while no other process of this machine runs one under the same name in this project.
 * The lock is a symbolic link to its holder: made in one step, and telling whether its holder still lives.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(name, action) {
  const lock = join(PROJECT, '.data', `${name}.lock`);
  await mkdir(dirname(lock), { recursive: true });
  const self = await holderOf(process.pid);
  for (let tries = 0; !(await take(lock, self)); tries++) {
    const holder = await readlink(lock).catch(() => self);
    if ((await holderOf(parseInt(holder, 10))) !== holder) await rm(lock, { force: true });
    else {
      // Said once, and not of the moment that the other may need.
      if (tries === 5) console.error(`Waiting for process ${parseInt(holder, 10)}, which has ${lock} …`);
      await sleep(200);
    }
  }
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
}

/** @param {string} lock @param {string} self */
async function take(lock, self) {
  try {
    await symlink(self, lock);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * The process with its start where the system tells it, since a later process may have the number of a killed one.
 * @param {number} pid
 * @returns {Promise<string>} empty where it is gone
 */
async function holderOf(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return '';
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The 22nd field of all; the second is in brackets and may hold anything.
  return `${pid}-${stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? ''}`;
}
