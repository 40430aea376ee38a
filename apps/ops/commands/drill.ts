import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { register } from 'prom-client';
import { createApi, serve } from '#apps/api';
import { StandaloneModule } from '#apps/standalone';
import { AppError, messageOf } from '#libs/common';
import { AppConfig } from '#libs/config';
import { EmbeddedPostgres } from '#libs/database';
import type { MasterKeys } from '#libs/vault';
import { openCanary, sealCanary } from '../canary.js';
import { noteDrill, type Check } from '../drill-record.js';
import { listDumps, restoreDump, type Dump } from '../dumps.js';
import {
  differences,
  fingerprint,
  rowsOf,
  takeMoment,
  withClient,
  type Fingerprint,
} from '../fingerprint.js';
import { ownerOf, type Installation } from '../installation.js';
import { PgBackRest, REPOS, type Repo } from '../pgbackrest.js';
import { startServer } from '../server.js';

/** Any two drills of one database: the second would work on what the first restored. */
const DRILL_LOCK = 4_272_030;

/**
 * Restores from each repository and from the newest dump, into places of its own, and finds out whether what is there
 * is what was backed up, whether its secrets open, and whether the service starts on it. Notes what it found.
 */
export async function drill(installation: Installation, now = new Date()): Promise<boolean> {
  const { config, databaseUrl } = installation;
  const checks: Check[] = [];
  const started = performance.now();
  await withClient(databaseUrl, async (lock) => {
    const { rows } = await lock.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [
      DRILL_LOCK,
    ]);
    if (!rows[0]?.free)
      throw AppError.conflict(
        'drill_running',
        'Another drill of this database is running. Wait until it has ended.',
      );
    const scratch = join(config.ops.backupDir, 'drill');
    await rm(scratch, { recursive: true, force: true });
    try {
      await drillAll(installation, scratch, checks);
    } catch (error) {
      checks.push({ what: 'drill', ok: false, detail: messageOf(error) });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
  for (const { what, ok, detail } of checks)
    installation.say(`${ok ? 'ok    ' : 'FAILED'}  ${what}: ${detail}`);
  const ok = checks.every((check) => check.ok);
  await noteDrill(config.ops, {
    at: now.toISOString(),
    ok,
    seconds: (performance.now() - started) / 1000,
    checks,
  });
  return ok;
}

async function drillAll(installation: Installation, scratch: string, checks: Check[]): Promise<void> {
  const { config, databaseUrl, keys } = installation;
  const pgbackrest = await PgBackRest.open(config);
  const [dump] = await listDumps(config.ops.backupDir);
  if (!dump) throw new Error('There is no backup to restore. Make one: npm run ops -- backup');
  if (pgbackrest) {
    await withClient(databaseUrl, (client) => sealCanary(client, keys));
    const moment = await takeMoment(databaseUrl);
    await pgbackrest.check();
    for (const repo of REPOS) {
      await attempt(checks, `repo${repo}`, async () =>
        drillRepo(installation, pgbackrest, join(scratch, `repo${repo}`), repo, moment),
      );
    }
  }
  await attempt(checks, `dump ${dump.name}`, () => drillDump(installation, scratch, dump));
}

/** One failure does not keep the others from being found. */
async function attempt(checks: Check[], what: string, work: () => Promise<string[]>): Promise<void> {
  try {
    for (const detail of await work()) checks.push({ what, ok: true, detail });
  } catch (error) {
    checks.push({ what, ok: false, detail: messageOf(error) });
  }
}

async function drillRepo(
  { config, databaseUrl, keys }: Installation,
  pgbackrest: PgBackRest,
  home: string,
  repo: Repo,
  moment: { lsn: string; fingerprint: Fingerprint },
): Promise<string[]> {
  const user = await ownerOf(config.ops.pgData as string);
  const dataDir = join(home, 'data');
  await mkdir(home, { recursive: true, mode: 0o711 });
  await mkdir(dataDir, { mode: 0o700 });
  if (user) await chown(dataDir, user.uid, user.gid);
  const began = performance.now();
  await pgbackrest.restore(dataDir, {
    repo,
    target: { type: 'lsn', target: moment.lsn, exclusive: true },
    over: false,
    archiving: false,
  });
  const server = await startServer(dataDir, user);
  const seconds = (performance.now() - began) / 1000;
  try {
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${server.port}`;
    return [
      `restored and recovered in ${seconds.toFixed(1)} s`,
      ...(await prove(config, url.href, keys, moment.fingerprint)),
    ];
  } finally {
    await server.stop();
  }
}

/** On an embedded Postgres, which is there wherever the service is. */
async function drillDump({ config, keys }: Installation, scratch: string, dump: Dump): Promise<string[]> {
  const server = await EmbeddedPostgres.start({ root: join(scratch, 'dump'), temporary: true });
  try {
    const began = performance.now();
    await restoreDump(dump, server.url());
    const seconds = (performance.now() - began) / 1000;
    const rows = rowsOf(dump.manifest.contents);
    return [
      `restored in ${seconds.toFixed(1)} s, ${rows} rows identical to what was dumped`,
      ...(await prove(config, server.url(), keys)),
    ];
  } finally {
    await server.stop();
  }
}

/** @param expected where it is not known to be identical already. */
async function prove(
  config: AppConfig,
  url: string,
  keys: MasterKeys,
  expected?: Fingerprint,
): Promise<string[]> {
  const said = await withClient(url, async (client) => {
    const differing = expected ? differences(expected, await fingerprint(client)) : [];
    if (differing.length > 0) throw new Error(`It differs: ${differing.slice(0, 5).join('; ')}`);
    return [
      ...(expected ? [`${rowsOf(expected)} rows identical to the database at the same moment`] : []),
      `canary opened, with the master keys ${(await openCanary(client, keys)).join(', ')}`,
    ];
  });
  return [...said, await startService(config, url, keys)];
}

/** The service on what was restored, without a worker: no run goes on and nothing is sent. */
async function startService(config: AppConfig, url: string, keys: MasterKeys): Promise<string> {
  const own = new AppConfig(
    { AUTH_MODE: 'local', LOG_LEVEL: 'silent', DATA_DIR: config.standalone.dataDir },
    { standalone: true },
  );
  const app = await createApi(StandaloneModule.of(own, url, keys, { withWorker: false }), own);
  try {
    const address = await serve(app, 0, '127.0.0.1');
    for (const path of ['/ready', '/api/v1/benchmarks', '/api/v1/runs']) {
      const { status } = await fetch(`${address}${path}`);
      if (status !== 200) throw new Error(`The service on it answers ${path} with ${status}.`);
    }
    return 'the service starts on it, is ready, and lists benchmarks and runs';
  } finally {
    await app.close();
    // The process has one registry, and the next service in it registers its own.
    register.clear();
  }
}
