import { mkdir, mkdtemp, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  addDemoData,
  backup,
  drill,
  drillTakesServer,
  dueBackups,
  expiredDumps,
  listDumps,
  makeDump,
  PgBackRest,
  restoreCluster,
  restoreDump,
  restoreFromDump,
  startServer,
  status,
  verify,
  withDemoInstallation,
  type Dump,
  type Installation,
} from '#apps/ops';
import { AppConfig, exportedSettings } from '#libs/config';
import { MasterKeys } from '#libs/vault';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { TEST_MASTER_KEY } from '#test/support/service';
import { ensureProgram, findProgram, installPackage } from '../../scripts/lib/ensure-debian.mjs';
import { report } from './report.js';

const pgbackrest = await ensureProgram('pgbackrest');
if (!findProgram('pg_lsclusters')) await installPackage('postgresql');
const canRun = pgbackrest !== undefined && findProgram('pg_lsclusters') !== undefined;

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Changes one byte in the middle, as a bad disk does. */
async function flipByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const position = Math.floor((await file.stat()).size / 2);
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, position);
  byte.writeUInt8(byte.readUInt8() ^ 1);
  await file.write(byte, 0, 1, position);
  await file.close();
}

async function largestFile(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  // Of a manifest there is a copy, which pgBackRest takes instead.
  const files = entries
    .filter(({ name }) => /\.(zst|dump)$/.test(name))
    .map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => ({ file, size: (await stat(file)).size })));
  return sizes.sort((a, b) => b.size - a.size)[0]?.file ?? '';
}

describe.skipIf(!canRun)('backups of a server that archives', () => {
  let end: () => void;
  let ended: Promise<void>;
  let installation: Installation;
  const said: string[] = [];

  beforeAll(async () => {
    const finished = new Promise<void>((resolve) => (end = resolve));
    await new Promise<void>((resolve, reject) => {
      ended = withDemoInstallation(
        (line) => said.push(line),
        async (demo) => {
          installation = demo;
          await addDemoData(demo);
          resolve();
          await finished;
        },
      );
      ended.catch(reject);
    });
  }, 180_000);
  afterAll(async () => {
    end?.();
    await ended;
  }, 60_000);

  it('are full on a day first, then of what changed, and of the second repository and the dump daily', async () => {
    await backup(installation);
    await backup(installation);
    const pgbackrest = (await PgBackRest.open(installation.config)) as PgBackRest;
    expect((await pgbackrest.backups()).map(({ repo, type }) => `${repo} ${type}`).sort()).toEqual([
      '1 full',
      '1 incr',
      '2 full',
    ]);
    expect(await listDumps(installation.config.ops.backupDir)).toHaveLength(1);
    expect(await verify(installation.config)).toEqual([
      { what: 'repo1', wrong: null },
      { what: 'repo2', wrong: null },
      { what: expect.stringMatching(/^dump /), wrong: null },
    ]);
  }, 180_000);

  it('show neither rows, nor the pass phrase, to whoever reads the second repository', async () => {
    const { repo2Dir, cipherPass, backupDir } = installation.config.ops;
    const manifest = (await readdir(repo2Dir, { recursive: true })).find((file) =>
      file.endsWith('backup.manifest'),
    );
    expect((await readFile(join(repo2Dir, manifest as string))).subarray(0, 8).toString()).toBe('Salted__');
    const { mode } = await stat(join(backupDir, 'pgbackrest.conf'));
    expect((mode & 0o777).toString(8)).toBe('600');
    const log = await readdir(join(backupDir, 'log'));
    for (const file of log)
      expect(await readFile(join(backupDir, 'log', file), 'utf8')).not.toContain(cipherPass);
    expect(said.join()).not.toContain(cipherPass);
  });

  it('are restored by the drill to just what the database held, with rows that only the WAL has', async () => {
    await query(installation.databaseUrl, `UPDATE workspaces SET name = 'after the backup'`);
    const passed = await drill(installation);
    report({ restore_identical: passed });
    expect(said.filter((line) => line.startsWith('FAILED'))).toEqual([]);
    expect(passed).toBe(true);
    for (const what of ['repo1', 'repo2'])
      expect(said.join('\n')).toMatch(new RegExp(`ok +${what}: \\d+ rows identical to the database`));
    expect(await status(installation)).toMatchObject({ problems: [], drill: { ok: true } });
  }, 180_000);

  it('are restored as of a time, into an empty folder', async () => {
    const [{ before }] = (await query(installation.databaseUrl, 'SELECT clock_timestamp() AS before')) as [
      { before: Date },
    ];
    await new Promise((resolve) => setTimeout(resolve, 50));
    await query(installation.databaseUrl, 'DELETE FROM run_entries; DELETE FROM shards');
    const pgbackrest = (await PgBackRest.open(installation.config)) as PgBackRest;
    await pgbackrest.check();
    const { pgData, backupDir } = installation.config.ops;
    const folder = join(backupDir, 'pitr', 'data');
    await mkdir(join(backupDir, 'pitr'), { mode: 0o711 });
    await restoreCluster(installation.config, folder, { repo: 2, targetTime: before });
    const { uid, gid } = await stat(pgData as string);
    const server = await startServer(folder, process.getuid?.() === 0 ? { uid, gid } : undefined);
    try {
      const url = new URL(installation.databaseUrl);
      url.host = `127.0.0.1:${server.port}`;
      const count = 'SELECT count(*)::int AS n FROM run_entries';
      expect(await query(url.href, count)).toEqual([{ n: 1 }]);
      expect(await query(installation.databaseUrl, count)).toEqual([{ n: 0 }]);
    } finally {
      await server.stop();
    }
    const again = (force?: string): Promise<string> =>
      restoreCluster(installation.config, folder, { repo: 1, ...(force !== undefined && { force }) });
    await expect(again()).rejects.toThrow(`${folder} is not empty`);
    await expect(again('main')).rejects.toThrow('--force data');
    await expect(again('data')).resolves.toContain(folder);
  }, 180_000);

  it('are found damaged where one byte was flipped', async () => {
    await flipByte(await largestFile(join(installation.config.ops.backupDir, 'repo1', 'backup')));
    await flipByte(await largestFile(join(installation.config.ops.backupDir, 'dumps')));
    const verified = await verify(installation.config);
    expect(verified.find(({ what }) => what === 'repo1')?.wrong).toMatch(/checksum|invalid/i);
    expect(verified.find(({ what }) => what === 'repo2')?.wrong).toBeNull();
    expect(verified.find(({ what }) => what.startsWith('dump'))?.wrong).toContain('SHA-256');
    expect(await drill(installation)).toBe(false);
    expect((await status(installation)).problems).toContain('the last drill failed');
  }, 180_000);
});

describe('a dump without a pg_dump', () => {
  let source: TestDatabase;
  let target: TestDatabase;
  let folder: string;
  const installationOf = (databaseUrl: string, env = {}): Installation => {
    const config = new AppConfig(
      { DATABASE_URL: databaseUrl, OPS_BACKUP_DIR: folder, VAULT_MASTER_KEY: TEST_MASTER_KEY, ...env },
      { standalone: true },
    );
    return { config, databaseUrl, keys: new MasterKeys(config.vault.keys), say: () => undefined };
  };

  beforeAll(async () => {
    [source, target] = [await createTestDatabase(), await createTestDatabase()];
    folder = await mkdtemp(join(tmpdir(), 'aibench-dumps-'));
  });
  afterAll(async () => {
    await source?.drop();
    await target?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is made of COPY, restored identical, and refuses a database with something in it', async () => {
    await query(
      source.url,
      `INSERT INTO agents (id, workspace_id, name, version, adapter, model, settings, content_hash)
       SELECT gen_random_uuid(), w.id, E'tab\\t, line\\n and \\\\ of ' || i, 1, 'baseline', 'constant', '{"answer": "Zoë"}', i
       FROM workspaces w, generate_series(1, 100) i`,
    );
    const dump = await makeDump(installationOf(source.url), new Date());
    expect(dump.manifest.format).toBe('copy');
    const into = installationOf(target.url);
    await expect(restoreFromDump(into, 'latest', undefined)).rejects.toThrow('is not empty');
    const name = new URL(target.url).pathname.slice(1);
    expect(await restoreFromDump(into, 'latest', name)).toContain('identical');
    const agents = 'SELECT * FROM agents ORDER BY id';
    const rows = await query(target.url, agents);
    expect(rows).toHaveLength(100);
    expect(rows).toEqual(await query(source.url, agents));
  });

  it('is not restored where it was changed', async () => {
    const [dump] = (await listDumps(folder)) as [Dump];
    await writeFile(join(dump.folder, 'agents.copy.gz'), 'something else');
    await expect(restoreDump(dump, target.url)).rejects.toThrow('agents.copy.gz was changed');
  });

  it('is drilled without a server of Debian, which takes nothing set up', async () => {
    vi.stubEnv('OPS_BACKUP_DIR', folder);
    expect(await drillTakesServer()).toBe(false);
    vi.stubEnv('OPS_BACKUP_DIR', join(folder, 'none'));
    expect(await drillTakesServer()).toBe(true);
    vi.unstubAllEnvs();
  });

  it('leaves its age for Prometheus', async () => {
    const textfiles = join(folder, 'textfiles');
    await backup(installationOf(source.url, { OPS_TEXTFILE_DIR: textfiles }), { full: true });
    expect(await readFile(join(textfiles, 'aibench_backup.prom'), 'utf8')).toMatch(
      /^benchmark_backup_last_success_timestamp_seconds\{repo="dump"\} \d{10}\n$/,
    );
  });
});

describe('what is due and what is kept', () => {
  const at = (time: string): Date => new Date(`2026-03-${time}:00Z`);

  it('is a full backup first on each day', () => {
    const made = [
      { repo: 1 as const, type: 'full' as const, start: at('01T00:05') },
      { repo: 2 as const, type: 'full' as const, start: at('01T00:06') },
    ];
    expect(dueBackups(made, at('01T23:59'), false)).toEqual([{ repo: 1, type: 'incr' }]);
    expect(dueBackups(made, at('02T00:00'), false)).toEqual([
      { repo: 1, type: 'full' },
      { repo: 2, type: 'full' },
    ]);
  });

  it('is a dump of each of the last 30 days, and the one that the thirtieth day began with', () => {
    const dumps = Array.from({ length: 40 }, (_, day) => new Date(Date.UTC(2026, 0, 40 - day))).map(
      (time) => ({ name: time.toISOString(), manifest: { at: time.toISOString() } }) as Dump,
    );
    const now = new Date(Date.UTC(2026, 0, 40, 12));
    expect(expiredDumps(dumps, now).map(({ name }) => name)).toEqual(dumps.slice(31).map(({ name }) => name));
  });

  it('of the configuration has no secret', () => {
    const env = {
      LOG_LEVEL: 'info',
      OPENAI_API_KEY: 'sk-1',
      AGENT_SECRET_BOT: 'https://bot.example.com s3cret',
      DATABASE_URL: 'postgres://user:hidden@db:5432/benchmark_db',
      UNRELATED: 'not ours',
    };
    expect(exportedSettings(env)).toEqual({
      AGENT_SECRET_BOT: '(set)',
      DATABASE_URL: 'postgres://user@db:5432/benchmark_db',
      LOG_LEVEL: 'info',
      OPENAI_API_KEY: '(set)',
    });
  });
});
