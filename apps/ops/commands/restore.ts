import { chown, mkdir, readdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AppError } from '#libs/common';
import type { AppConfig } from '#libs/config';
import { listDumps, restoreDump } from '../dumps.js';
import { rowsOf, withClient } from '../fingerprint.js';
import { ownerOf, type Installation } from '../installation.js';
import { PgBackRest, type Repo } from '../pgbackrest.js';

/** The server's data directory as it was at a time, or at the end of what was archived. */
export async function restoreCluster(
  config: AppConfig,
  wished: string,
  { repo, targetTime, force }: { repo: Repo; targetTime?: Date; force?: string },
): Promise<string> {
  const pgbackrest = await PgBackRest.open(config);
  if (!pgbackrest || config.ops.pgData === undefined)
    throw AppError.invalid(
      'invalid_configuration',
      'OPS_PG_DATA is not set, so there are dumps only. Restore one with --dump, or set OPS_PG_DATA, OPS_BACKUP_DIR and OPS_CIPHER_PASS as they were.',
    );
  const folder = resolve(wished);
  const found = await readdir(folder).catch(() => []);
  if (found.length > 0) confirm(force, basename(folder), `${folder} is not empty`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const user = await ownerOf(config.ops.pgData);
  if (user) await chown(folder, user.uid, user.gid);
  await pgbackrest.restore(folder, {
    repo,
    over: found.length > 0,
    archiving: true,
    ...(targetTime && { target: { type: 'time', target: inPostgresWords(targetTime) } }),
  });
  const { uid } = await stat(folder);
  return `Restored to ${folder}, owned by user id ${uid}. Start its server: it replays the WAL, and then takes connections.`;
}

/** A dump into the database that the environment names, which is empty or may be emptied. */
export async function restoreFromDump(
  { config, databaseUrl }: Installation,
  name: string,
  force: string | undefined,
): Promise<string> {
  const dumps = await listDumps(config.ops.backupDir);
  const dump = name === 'latest' ? dumps[0] : dumps.find((one) => one.name === name);
  if (!dump)
    throw AppError.notFound(
      'dump_not_found',
      `There is no dump "${name}" in ${config.ops.backupDir}. ${dumps.length > 0 ? `There are: ${dumps.map((one) => one.name).join(', ')}.` : 'There is none.'}`,
    );
  const database = decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace LIMIT 1`,
    );
    if (rows.length === 0) return;
    confirm(force, database, `The database ${database} is not empty`);
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  });
  await restoreDump(dump, databaseUrl);
  return `Restored ${dump.name} into the database ${database}: ${rowsOf(dump.manifest.contents)} rows, identical to what was dumped.`;
}

/** Whoever has something replaced says its name. */
function confirm(force: string | undefined, name: string, what: string): void {
  if (force === name) return;
  throw AppError.invalid(
    'not_empty',
    `${what}. What is there would be lost: restore to another place, or say --force ${name}.`,
  );
}

const inPostgresWords = (time: Date): string => time.toISOString().replace('T', ' ').replace('Z', '+00');
