import { stat } from 'node:fs/promises';
import type { AppConfig } from '#libs/config';
import { EmbeddedPostgres } from '#libs/database';
import { readMasterKeys, type MasterKeys } from '#libs/vault';

/** What is backed up. Where to, and how, is in `config.ops`. */
export interface Installation {
  config: AppConfig;
  databaseUrl: string;
  keys: MasterKeys;
  say: (line: string) => void;
}

/** Whom a program is run as; undefined: as ourselves. */
export type User = { uid: number; gid: number } | undefined;

/** The owner of a path, as whom root works on it; everybody else can only be themselves. */
export async function ownerOf(path: string): Promise<User> {
  const { uid, gid } = await stat(path);
  return process.getuid?.() === 0 && uid !== 0 ? { uid, gid } : undefined;
}

/**
 * Works on the database of `DATABASE_URL`, or on the standalone service's own: the one that runs, or one started for
 * this and stopped afterwards.
 * @param alone no service may run on the standalone service's own meanwhile.
 * @throws AppError `data_in_use` where one does.
 */
export async function withInstallation<T>(
  config: AppConfig,
  say: (line: string) => void,
  work: (installation: Installation) => Promise<T>,
  { alone = false } = {},
): Promise<T> {
  const keys = await readMasterKeys(config);
  const running =
    config.database.url ?? (alone ? null : await EmbeddedPostgres.runningUrl(config.standalone.dataDir));
  if (running !== null) return work({ config, databaseUrl: running, keys, say });
  const own = await EmbeddedPostgres.start({ root: config.standalone.dataDir, log: say });
  try {
    return await work({ config, databaseUrl: own.url(), keys, say });
  } finally {
    await own.stop();
  }
}
