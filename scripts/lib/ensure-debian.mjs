import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const APT_GET = '/usr/bin/apt-get';

/** Where Debian puts servers, which is not always on the PATH. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/**
 * @param {string} program its name
 * @returns {string | undefined} its path
 */
export const findProgram = (program) =>
  FOLDERS.map((folder) => join(folder, program)).find((path) => existsSync(path));

/**
 * The program's path: found, or installed by apt-get where root may. The caller skips visibly where it is undefined.
 * @param {string} program
 * @param {string} [debianPackage] where it is not named like the program
 * @returns {Promise<string | undefined>}
 */
export async function ensureProgram(program, debianPackage = program) {
  return findProgram(program) ?? ((await installPackage(debianPackage)) ? findProgram(program) : undefined);
}

/**
 * By apt-get as root.
 * @param {string} name
 * @returns {Promise<boolean>} whether it is there now
 */
export async function installPackage(name) {
  if (process.getuid?.() !== 0 || !existsSync(APT_GET)) return false;
  console.log(`Installing ${name} with apt-get, because it is missing …`);
  const apt = (/** @type {string[]} */ ...args) =>
    promisify(execFile)(APT_GET, ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      // In runlevel 1 a package does not start its own server.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    });
  const installIt = () => apt('install', '--yes', '--no-install-recommends', name);
  try {
    // The package lists of a fresh machine are missing, those of an old one name packages that are gone.
    await installIt().catch(() => apt('update').then(installIt));
    return true;
  } catch (error) {
    console.error(`apt-get could not install ${name}: ${String(error)}`);
    return false;
  }
}
