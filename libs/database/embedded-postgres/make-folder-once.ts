import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Others may pass through, but not look around. */
const PASSABLE = 0o711;

/** Makes `folder` and its missing ancestors passable for other users, whatever the umask says. */
export async function makePassableFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await chmod(made, PASSABLE);
}

/**
 * Makes `folder` all or nothing: `build` fills a temporary folder beside it, which is then renamed. Safe when
 * several processes do it at once, and when one is killed half-way: the next call removes what it left.
 */
export async function makeFolderOnce(
  folder: string,
  build: (temporary: string) => Promise<void>,
): Promise<void> {
  await removeLeftovers(dirname(folder), `${basename(folder)}.partial-`);
  if (existsSync(folder)) return;
  const temporary = ownedName(`${folder}.partial-`);
  try {
    await makePassableFolder(temporary);
    await build(temporary);
    await rename(temporary, folder);
  } catch (error) {
    await removeFolder(temporary);
    const anotherWasFirst = existsSync(folder);
    if (!anotherWasFirst) throw error;
  }
}

/** A new name that tells which process it belongs to, so that `leftovers` can find it once that is gone. */
export const ownedName = (prefix: string): string =>
  `${prefix}${process.pid}-${randomBytes(4).toString('hex')}`;

/** Folders in `parent` that were named with `ownedName(prefix)` by processes that are gone. */
export async function leftovers(parent: string, prefix: string): Promise<string[]> {
  const names = await readdir(parent).catch(() => []);
  return names
    .filter((name) => name.startsWith(prefix) && !isAlive(Number.parseInt(name.slice(prefix.length), 10)))
    .map((name) => join(parent, name));
}

/** Retries, because a process that was just told to stop may still write into it. */
export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5 });

async function removeLeftovers(parent: string, prefix: string): Promise<void> {
  for (const folder of await leftovers(parent, prefix)) await removeFolder(folder);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
