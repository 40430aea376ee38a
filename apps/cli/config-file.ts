import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError, messageOf } from './cli-error.js';

/** The server that `aibench login` stored. */
export interface StoredServer {
  url: string;
  /** Null where the server asks for none. */
  api_key: string | null;
}

/** @throws CliError where the file is there and cannot be used. */
export async function readConfigFile(path: string): Promise<StoredServer | undefined> {
  try {
    const stored = JSON.parse(await readFile(path, 'utf8')) as Partial<StoredServer> | null;
    if (typeof stored?.url !== 'string') throw new Error('it has no "url"');
    return { url: stored.url, api_key: stored.api_key ?? null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw CliError.usage(
      `Cannot use ${path}: ${messageOf(error)}. Delete it and run \`aibench login\` again.`,
      'config_file',
    );
  }
}

/** Only its owner may read it, also where it was there before with other rights. */
export async function writeConfigFile(path: string, server: StoredServer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, `${JSON.stringify(server, null, 2)}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
}

/** Whether others than the owner may read or write it; undefined where it is not there. */
export async function isOpenToOthers(path: string): Promise<boolean | undefined> {
  const { mode } = (await stat(path).catch(() => undefined)) ?? {};
  return mode === undefined ? undefined : (mode & 0o077) !== 0;
}
