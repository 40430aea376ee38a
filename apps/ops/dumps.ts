import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { AppError } from '#libs/common';
import { migrate } from '#libs/database';
import { copyIn, copyOut } from './copy-dump.js';
import { differences, fingerprint, withClient, type Fingerprint } from './fingerprint.js';
import type { Installation } from './installation.js';
import { clientProgram, run } from './run.js';

const DAY_MS = 86_400_000;
export const DUMPS_KEPT_DAYS = 30;
const DATABASE_FILE = 'database.dump';

export interface DumpManifest {
  /** pg_dump's custom format; or, where no pg_dump is new enough for the server, COPY of each table. */
  format: 'pg_dump' | 'copy';
  at: string;
  /** Major version of what made it; what restores it is no older. */
  postgres: number;
  /** Name of the last migration. */
  schema: string;
  contents: Fingerprint;
  /** By the name in the dump's folder. */
  files: Record<string, { bytes: number; sha256: string }>;
}

export interface Dump {
  name: string;
  folder: string;
  manifest: DumpManifest;
}

const dumpsFolder = (backupDir: string): string => join(backupDir, 'dumps');

/** Of the whole database at one moment, all or nothing. */
export async function makeDump({ config, databaseUrl }: Installation, now: Date): Promise<Dump> {
  const home = dumpsFolder(config.ops.backupDir);
  const name = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const partial = join(home, `${name}.partial`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const about = await withClient(databaseUrl, (client) => dumpInto(partial, databaseUrl, client));
    const manifest: DumpManifest = { ...about, at: now.toISOString(), files: await describe(partial) };
    await writeFile(join(partial, 'manifest.json'), JSON.stringify(manifest, null, 2), { mode: 0o600 });
    const folder = join(home, name);
    await rename(partial, folder);
    return { name, folder, manifest };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function dumpInto(
  folder: string,
  url: string,
  client: pg.Client,
): Promise<Omit<DumpManifest, 'at' | 'files'>> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows } = await client.query<{ major: number; schema: string; snapshot: string }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major, pg_export_snapshot() AS snapshot,
       (SELECT name FROM migrations ORDER BY id DESC LIMIT 1) AS schema`,
  );
  const [{ major, schema, snapshot }] = rows as [{ major: number; schema: string; snapshot: string }];
  const contents = await fingerprint(client);
  const pgDump = await clientProgram('pg_dump', major);
  if (!pgDump) {
    await copyOut(client, folder);
    return { format: 'copy', postgres: major, schema, contents };
  }
  const file = join(folder, DATABASE_FILE);
  await run(pgDump.path, ['--format=custom', `--snapshot=${snapshot}`, `--file=${file}`], {
    env: libpq(url),
  });
  return { format: 'pg_dump', postgres: pgDump.major, schema, contents };
}

/** Newest first. */
export async function listDumps(backupDir: string): Promise<Dump[]> {
  const home = dumpsFolder(backupDir);
  const names = (await readdir(home).catch(() => [])).filter((name) => /^\d{8}T\d{6}Z$/.test(name));
  return Promise.all(
    names
      .sort()
      .reverse()
      .map(async (name) => {
        const folder = join(home, name);
        const text = await readFile(join(folder, 'manifest.json'), 'utf8');
        return { name, folder, manifest: JSON.parse(text) as DumpManifest };
      }),
  );
}

export const bytesOf = ({ manifest }: Dump): number =>
  Object.values(manifest.files).reduce((sum, { bytes }) => sum + bytes, 0);

/** Those that nothing promised in the last `DUMPS_KEPT_DAYS` needs: the newest before that is needed. */
export function expiredDumps(dumps: Dump[], now: Date): Dump[] {
  const old = dumps.filter(
    ({ manifest }) => now.getTime() - Date.parse(manifest.at) >= DUMPS_KEPT_DAYS * DAY_MS,
  );
  return old.slice(1);
}

/** @returns what is wrong, or null. */
export async function verifyDump({ folder, manifest }: Dump): Promise<string | null> {
  const found = await describe(folder);
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    if (!found[name]) return `${name} is missing`;
    if (found[name].sha256 !== sha256) return `${name} was changed: its SHA-256 is not the manifest's`;
  }
  if (manifest.format === 'pg_dump')
    await run(await pgRestore(manifest), ['--list', join(folder, DATABASE_FILE)]);
  return null;
}

/**
 * Into an empty database, all or nothing; then up to the present schema.
 * @throws AppError where what is there then is not what was dumped.
 */
export async function restoreDump(dump: Dump, url: string): Promise<void> {
  const { folder, manifest } = dump;
  const wrong = await verifyDump(dump);
  if (wrong !== null)
    throw new AppError(
      'unavailable',
      'backup_damaged',
      `The dump ${dump.name} is damaged: ${wrong}. Take another.`,
    );
  if (manifest.format === 'pg_dump') {
    const options = ['--no-owner', '--exit-on-error', '--single-transaction'];
    const database = decodeURIComponent(new URL(url).pathname.slice(1));
    await run(await pgRestore(manifest), [...options, `--dbname=${database}`, join(folder, DATABASE_FILE)], {
      env: libpq(url),
    });
  } else {
    await migrate(url, manifest.schema);
    await withClient(url, (client) => copyIn(client, folder));
  }
  const differing = differences(manifest.contents, await withClient(url, fingerprint));
  if (differing.length > 0)
    throw new AppError(
      'unavailable',
      'restore_differs',
      `What was restored of ${dump.name} is not what was dumped: ${differing.slice(0, 5).join('; ')}.`,
    );
  await migrate(url);
}

async function pgRestore({ postgres }: DumpManifest): Promise<string> {
  const program = await clientProgram('pg_restore', postgres);
  if (program) return program.path;
  throw new AppError(
    'unavailable',
    'program_missing',
    `The dump is of pg_dump ${postgres}, and there is no pg_restore of that version or later. On Debian: apt-get install -y postgresql-client-${postgres}`,
  );
}

async function describe(folder: string): Promise<DumpManifest['files']> {
  const files: DumpManifest['files'] = {};
  for (const name of (await readdir(folder)).sort()) {
    if (name === 'manifest.json') continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), hash);
    files[name] = { bytes: (await stat(join(folder, name))).size, sha256: hash.digest('hex') };
  }
  return files;
}

/** For PostgreSQL's programs: in the environment, because arguments are seen by everybody. */
function libpq(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  return {
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get('sslmode') ?? 'prefer',
  };
}
