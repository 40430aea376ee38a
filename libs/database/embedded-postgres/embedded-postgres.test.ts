import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { removeFolder } from './make-folder-once.js';
import { findPostmaster } from './postmaster.js';

const isRoot = process.getuid?.() === 0;
const repository = join(import.meta.dirname, '../../..');

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A root whose cluster most tests share, because making one takes a second or more. */
let shared = '';
beforeAll(async () => {
  shared = await makeRoot();
});
afterAll(() => removeFolder(shared));

async function makeRoot(mode = 0o711): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  await chmod(root, mode);
  return root;
}

async function makeOwnRoot(mode?: number): Promise<string> {
  const root = await makeRoot(mode);
  cleanups.push(() => removeFolder(root));
  return root;
}

async function start(root: string, options: { temporary?: boolean; log?: (line: string) => void } = {}) {
  const server = await EmbeddedPostgres.start({ root, ...options });
  cleanups.push(() => server.stop());
  return server;
}

/** Another process that starts a server on `root`; `ready` tells where. */
function startElsewhere(root: string, ...flags: string[]) {
  const child = spawn(
    process.execPath,
    [
      'test/support/run-typescript.mjs',
      join(import.meta.dirname, 'testing/start-postgres.ts'),
      root,
      ...flags,
    ],
    { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  cleanups.push(() => kill(child));
  const ready = once(createInterface(child.stdout), 'line').then(
    ([line]) => JSON.parse(String(line)) as { port: number; dataDir: string },
  );
  return { child, ready };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const permissions = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

describe('EmbeddedPostgres', { timeout: 60_000 }, () => {
  it('serves a database of its own role and keeps it from one start to the next', async () => {
    const lines: string[] = [];
    const first = await start(shared, { log: (line) => lines.push(line) });
    expect(lines).toEqual([`PostgreSQL on 127.0.0.1:${first.port}, data in ${first.dataDir}`]);
    const [facts] = await query(
      first.url(),
      `SELECT current_database() AS database, current_user AS role, usesuper AS is_super,
              current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync
       FROM pg_user WHERE usename = current_user`,
    );
    expect(facts).toEqual({
      database: 'benchmark_db',
      role: 'benchmark_user',
      is_super: false,
      encoding: 'UTF8',
      fsync: 'on',
    });
    await query(first.url(), `CREATE TABLE kept AS SELECT 'Zoë' AS name`);
    await first.stop();
    expect(await findPostmaster(first.dataDir)).toBeUndefined();

    const second = await start(shared);
    expect(second.adopted).toBe(false);
    expect(await query(second.url(), 'SELECT name FROM kept')).toEqual([{ name: 'Zoë' }]);
  });

  it('lets in nobody without the password, and shows its files to nobody else', async () => {
    const server = await start(shared);
    const url = new URL(server.url());
    url.password = 'guess';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    const folder = dirname(server.dataDir);
    expect(await permissions(server.dataDir)).toBe('700');
    expect(await permissions(join(folder, 'password'))).toBe('600');
    expect((await stat(join(folder, 'password'))).uid).toBe(process.getuid?.());
    expect(await permissions(join(folder, 'postgres.log'))).toBe('600');
  });

  it.runIf(process.platform === 'linux')(
    'keeps our environment, and so our keys, from the server',
    async () => {
      vi.stubEnv('OPENAI_API_KEY', 'sk-secret');
      cleanups.push(() => Promise.resolve(vi.unstubAllEnvs()));
      const server = await start(shared);
      const postmaster = await findPostmaster(server.dataDir);
      const environment = await readFile(`/proc/${postmaster?.pid}/environ`, 'utf8');
      expect(environment).toContain('LD_LIBRARY_PATH');
      expect(environment).not.toContain('sk-secret');
    },
  );

  it('adopts the server of a killed service with everything in it, and stops it', async () => {
    const killed = startElsewhere(shared);
    const { port } = await killed.ready;
    await kill(killed.child);

    const server = await start(shared);
    expect(server.adopted).toBe(true);
    expect(server.port).toBe(port);
    expect(await query(server.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(await findPostmaster(server.dataDir)).toBeUndefined();
  });

  it('refuses data that another service works on, naming both, and leaves that service alone', async () => {
    const other = startElsewhere(shared);
    const { dataDir } = await other.ready;
    await expect(EmbeddedPostgres.start({ root: shared })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'data_in_use',
      message: `Another service (process ${other.child.pid}) works on the data in ${dataDir}. Stop it first, or choose another folder for this one.`,
    });
    expect(await findPostmaster(dataDir)).toMatchObject({ status: 'ready' });
    await kill(other.child);
    await start(shared);
  });

  it('lets one of two first starts win and refuses the other', async () => {
    const root = await makeOwnRoot();
    const outcomes = await Promise.allSettled([start(root), start(root)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'data_in_use' });
    expect((await readdir(root)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('leaves no server behind a process that exits without stopping it', async () => {
    const quitter = startElsewhere(shared, 'exit');
    const { dataDir } = await quitter.ready;
    await vi.waitFor(async () => expect(await findPostmaster(dataDir)).toBeUndefined(), { timeout: 10_000 });
  });

  it('starts anew after its first initialisation was killed half-way', async () => {
    const root = await makeOwnRoot();
    const killed = startElsewhere(root);
    const isInitialising = (name: string): boolean => name.startsWith('postgres.partial-');
    while (!(await readdir(root)).some(isInitialising)) await sleep(5);
    await sleep(100);
    await kill(killed.child);
    expect((await readdir(root)).filter((name) => !name.startsWith('postgresql-'))).toEqual([
      expect.stringMatching(/^postgres\.partial-/),
    ]);

    const server = await start(root);
    expect(await query(server.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(root)).some(isInitialising)).toBe(false);
  });

  it.each([
    ['another program has', () => process.pid],
    ['nobody has', () => 4_194_304],
  ])('passes over a pid file with a pid that %s', async (_who, pid) => {
    const server = await start(shared);
    const pidFile = join(server.dataDir, 'postmaster.pid');
    const content = await readFile(pidFile, 'utf8');
    const { uid, gid } = await stat(pidFile);
    await server.stop();
    await writeFile(pidFile, content.replace(/^\d+/, String(pid())));
    await chown(pidFile, uid, gid);
    expect((await start(shared)).adopted).toBe(false);
  });

  it('removes a temporary server with its files, also one whose process was killed', async () => {
    const killed = startElsewhere(shared, 'temporary');
    const { dataDir } = await killed.ready;
    await kill(killed.child);
    expect(await findPostmaster(dataDir)).toMatchObject({ status: 'ready' });

    const [server, sibling] = await Promise.all([
      start(shared, { temporary: true }),
      start(shared, { temporary: true }),
    ]);
    expect(await findPostmaster(dataDir)).toBeUndefined();
    expect(existsSync(dirname(dataDir))).toBe(false);
    expect(await query(server.url(), 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    await server.stop();
    expect(await query(sibling.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await sibling.stop();
    expect((await readdir(shared)).filter((name) => name.startsWith('temporary-'))).toEqual([]);
  });

  it.runIf(isRoot)('goes where its user can reach when only root can enter the wished folder', async () => {
    const root = await makeOwnRoot(0o700);
    const server = await start(join(root, '.data'));
    cleanups.unshift(() => rm(dirname(dirname(server.dataDir)), { recursive: true }));
    expect(server.dataDir).toMatch(/^\/var\/lib\/aibench\/[0-9a-f]{16}\/postgres\/data$/);
    expect(await query(server.url(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await readdir(root)).toEqual([]);
  });

  it.runIf(isRoot)('refuses data that belongs to another user', async () => {
    const server = await start(shared);
    await server.stop();
    const { uid, gid } = await stat(server.dataDir);
    cleanups.push(() => chown(server.dataDir, uid, gid));
    await chown(server.dataDir, 1, 1);
    await expect(EmbeddedPostgres.start({ root: shared })).rejects.toMatchObject({
      code: 'data_of_another_user',
    });
  });

  it('says what the server said when it does not start', async () => {
    const server = await start(shared);
    await server.stop();
    const settings = join(server.dataDir, 'postgresql.conf');
    const intact = await readFile(settings);
    cleanups.push(() => writeFile(settings, intact));
    await appendFile(settings, 'no_such_setting = 1\n');
    await expect(EmbeddedPostgres.start({ root: shared })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'postgres_start_failed',
      message: expect.stringMatching(
        /unrecognized configuration parameter "no_such_setting".*DATABASE_URL/,
      ) as string,
    });
  });

  it('says what is missing on a platform without binaries', async () => {
    const architecture = vi.spyOn(process, 'arch', 'get').mockReturnValue('mips');
    cleanups.push(() => Promise.resolve(architecture.mockRestore()));
    await expect(EmbeddedPostgres.start({ root: shared })).rejects.toMatchObject({
      code: 'postgres_not_installed',
      message: expect.stringContaining(`@embedded-postgres/${process.platform}-mips`) as string,
    });
  });
});
