// npm run ops:proof: what takes too long for a test. 40 days of backups at a clock that jumps, of which just the promised
// ones are left; and a database of 1 GB, restored. The last line is JSON with what was measured.
import 'reflect-metadata';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from '#libs/database';
import {
  backup,
  differences,
  fingerprint,
  PgBackRest,
  restoreCluster,
  restoreDump,
  listDumps,
  startServer,
  withClient,
  withDemoInstallation,
  KEPT_DAYS,
  REPOS,
  type Installation,
} from '#apps/ops';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 40;
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

const say = (line: string): void => console.log(line);

/** A program on PATH for this process alone, that has `clock` as its time. */
async function fakePgBackRest(folder: string, clock: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const real = '/usr/bin/pgbackrest';
  await writeFile(
    join(folder, 'pgbackrest'),
    `#!/bin/sh\nexport LD_PRELOAD=${FAKETIME} FAKETIME_TIMESTAMP_FILE=${clock} FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1\nexec ${real} "$@"\n`,
    { mode: 0o755 },
  );
  process.env['PATH'] = `${folder}:${process.env['PATH']}`;
}

async function simulateDays(): Promise<object> {
  const home = '/tmp/aibench-ops-clock';
  const clock = join(home, 'clock');
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { mode: 0o755 });
  const setClock = (now: Date): Promise<void> =>
    writeFile(clock, `@${now.toISOString().slice(0, 19).replace('T', ' ')}\n`);
  // Forward from now: files of the server that are younger than the clock would be copied each time.
  const first = new Date(Math.ceil(Date.now() / DAY_MS) * DAY_MS + 10 * 60_000);
  const oldPath = process.env['PATH'];
  await setClock(first);
  await fakePgBackRest(join(home, 'bin'), clock);
  try {
    return await withDemoInstallation(
      say,
      async (installation) => {
        await migrate(installation.databaseUrl);
        const pgbackrest = (await PgBackRest.open(installation.config)) as PgBackRest;
        const began = performance.now();
        const made = new Map<string, Date>();
        for (let day = 0; day < DAYS; day++) {
          // Hourly ones would take an hour; what is kept does not depend on how many there are in a day.
          for (const hour of day % 2 === 0 ? [0] : [0, 12]) {
            // Later each day, so that no backup is as old as the edge of what is kept to the second.
            const now = new Date(first.getTime() + day * (DAY_MS + 5 * 60_000) + hour * HOUR_MS);
            await setClock(now);
            await backup({ ...installation, say: () => undefined }, { now });
            for (const { repo, label, stop } of await pgbackrest.backups())
              made.set(`${repo} ${label}`, stop);
          }
          if (day % 5 === 4)
            say(
              `day ${day + 1}: ${made.size} backups made, ${((performance.now() - began) / 1000).toFixed(0)} s`,
            );
        }
        const kept = new Set((await pgbackrest.backups()).map(({ repo, label }) => `${repo} ${label}`));
        const promised = new Set(REPOS.flatMap((repo) => promise(repo, made)));
        const missing = [...promised].filter((one) => !kept.has(one));
        const surplus = [...kept].filter((one) => !promised.has(one));
        const dumps = await listDumps(installation.config.ops.backupDir);
        if (missing.length + surplus.length > 0 || dumps.length !== 31)
          throw new Error(`Missing ${missing.join()}; surplus ${surplus.join()}; ${dumps.length} dumps`);
        return {
          days: DAYS,
          backups_made: made.size,
          backups_kept: kept.size,
          backups_promised: promised.size,
          dumps_kept: dumps.length,
        };
      },
      {
        LD_PRELOAD: FAKETIME,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        PATH: process.env['PATH'] as string,
      },
    );
  } finally {
    process.env['PATH'] = oldPath;
    await rm(home, { recursive: true, force: true });
  }
}

/**
 * All that any moment of the days kept needs: what is younger, and the newest full one that is not, with what is built on it.
 * Of a repository they count from its newest backup, with which what is too old goes.
 */
function promise(repo: number, made: Map<string, Date>): string[] {
  const own = [...made]
    .filter(([name]) => name.startsWith(`${repo} `))
    .map(([name, stop]) => ({ name, stop }));
  const edge = Math.max(...own.map(({ stop }) => stop.getTime())) - KEPT_DAYS[repo as 1 | 2] * DAY_MS;
  const fulls = own.filter(({ name }) => name.endsWith('F'));
  const oldest = fulls
    .filter(({ stop }) => stop.getTime() <= edge)
    .sort((a, b) => b.stop.getTime() - a.stop.getTime())[0];
  const firstName = oldest?.name ?? fulls[0]?.name ?? '';
  return own.map(({ name }) => name).filter((name) => name >= firstName);
}

async function restoreGigabyte(): Promise<object> {
  return withDemoInstallation(say, async (installation: Installation) => {
    const { databaseUrl, config } = installation;
    await migrate(databaseUrl);
    await ((await PgBackRest.open(config)) as PgBackRest).prepare();
    // What does not compress: the worst for a backup.
    const bytes = await withClient(databaseUrl, async (client) => {
      await client.query(`
        CREATE TABLE ballast AS SELECT i AS id, (SELECT string_agg(md5(i::text || ':' || j), '') FROM generate_series(1, 62) j) AS content
        FROM generate_series(1, 490000) i; ALTER TABLE ballast ADD PRIMARY KEY (id)`);
      const { rows } = await client.query<{ bytes: string }>(
        'SELECT pg_database_size(current_database()) AS bytes',
      );
      return Number(rows[0]?.bytes);
    });
    say(`database of ${(bytes / 1e9).toFixed(2)} GB`);
    const timed = async (what: string, work: () => Promise<unknown>): Promise<number> => {
      const began = performance.now();
      await work();
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      say(`${what}: ${seconds} s`);
      return seconds;
    };
    const backupSeconds = await timed('backup (repo1, repo2, dump)', () => backup(installation));
    const expected = await withClient(databaseUrl, fingerprint);
    const home = join(config.ops.backupDir, 'restored');
    await mkdir(home, { mode: 0o711 });
    const user = process.getuid?.() === 0 ? await ownerIds() : undefined;
    let found = {};
    const restoreSeconds = await timed('restore and recovery from repo1', async () => {
      await restoreCluster(config, join(home, 'data'), { repo: 1 });
      const server = await startServer(join(home, 'data'), user);
      const url = new URL(databaseUrl);
      url.host = `127.0.0.1:${server.port}`;
      found = await withClient(url.href, fingerprint);
      await server.stop();
    });
    if (differences(expected, found).length > 0) throw new Error(differences(expected, found).join('; '));
    const [dump] = await listDumps(config.ops.backupDir);
    const dumpSeconds = await timed('restore of the dump', async () => {
      await withClient(databaseUrl, (client) =>
        client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public'),
      );
      if (dump) await restoreDump(dump, databaseUrl);
    });
    return {
      gigabytes: Number((bytes / 1e9).toFixed(2)),
      backup_s: backupSeconds,
      restore_s: restoreSeconds,
      dump_restore_s: dumpSeconds,
      restore_identical: true,
    };
  });
}

async function ownerIds(): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((one) => one.startsWith('postgres:'));
  const [, , uid, gid] = (line ?? '').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

const parts = { restore: restoreGigabyte, days: simulateDays };
const wished = process.argv.slice(2);
const result: Record<string, object> = {};
for (const [name, part] of Object.entries(parts))
  if (wished.length === 0 || wished.includes(name)) result[name] = await part();
console.log(JSON.stringify(result));
process.exit(0);
