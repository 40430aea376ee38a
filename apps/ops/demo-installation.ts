import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { register } from 'prom-client';
import { startStandalone } from '#apps/standalone';
import { AppError, newId } from '#libs/common';
import { AppConfig, type Environment } from '#libs/config';
import { MasterKeys } from '#libs/vault';
import type { Installation, User } from './installation.js';
import { PgBackRest } from './pgbackrest.js';
import { installedMajors, postgresProgram, run } from './run.js';
import { startServer } from './server.js';

/**
 * A server of its own that archives, with an empty database; gone after `work`.
 * @param serverEnv is the server's environment besides, as a clock of its own.
 */
export async function withDemoInstallation<T>(
  say: (line: string) => void,
  work: (installation: Installation) => Promise<T>,
  serverEnv: Record<string, string> = {},
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'aibench-ops-'));
  await chmod(home, 0o711);
  try {
    const user = await postgresUser();
    const dataDir = join(home, 'data');
    await initialise(dataDir, user);
    const password = randomBytes(16).toString('hex');
    const env = {
      AUTH_MODE: 'local',
      LOG_LEVEL: 'silent',
      PORT: '0',
      DATA_DIR: join(home, 'service'),
      VAULT_MASTER_KEY: `demo:${randomBytes(32).toString('base64')}`,
      OPS_BACKUP_DIR: join(home, 'backups'),
      OPS_PG_DATA: dataDir,
      OPS_CIPHER_PASS: randomBytes(36).toString('base64'),
    };
    const archiving = {
      archive_mode: 'on',
      archive_timeout: '60',
      archive_command: (await PgBackRest.open(configOf(env)))?.archiveCommand ?? '',
    };
    const server = await startServer(dataDir, user, archiving, serverEnv);
    try {
      await makeDatabase(join(home, 'server'), server.port, password);
      const databaseUrl = `postgres://benchmark_user:${password}@127.0.0.1:${server.port}/benchmark_db`;
      const config = configOf({ ...env, DATABASE_URL: databaseUrl });
      return await work({ config, databaseUrl, keys: new MasterKeys(config.vault.keys), say });
    } finally {
      await server.stop();
    }
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

const configOf = (env: Environment): AppConfig => new AppConfig(env, { standalone: true });

/** Has the service run a built-in suite with baselines, as `npm run demo` does. */
export async function addDemoData({ config }: Installation): Promise<void> {
  const service = await startStandalone(config, () => undefined);
  try {
    const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const response = await fetch(`${service.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok)
        throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as T;
    };
    await call('PUT', '/api/v1/secrets/DEMO', {
      value: 'a secret of the demonstration',
      origin: 'https://example.com',
    });
    const name = `demo-${newId()}`;
    await call('POST', '/api/v1/agents', { name, adapter: 'baseline', model: 'calculator' });
    const run = { benchmark: 'arithmetic-v1', agents: [name] };
    const { run_id: id } = await call<{ run_id: string }>('POST', '/api/benchmark/run', run);
    for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(100)) {
      const { status } = await call<{ status: string }>('GET', `/api/benchmark/${id}`);
      if (status === 'completed') return;
      if (status === 'failed') break;
    }
    throw new Error(`The demonstration's run ${id} did not complete.`);
  } finally {
    await service.close();
    // The process has one registry, and the next service in it registers its own.
    register.clear();
  }
}

/** Postgres refuses to be run by root, who has Debian's own user for it. */
async function postgresUser(): Promise<User> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map((option) => run('id', [option, 'postgres'])));
  return { uid: Number(uid), gid: Number(gid) };
}

async function initialise(dataDir: string, user: User): Promise<void> {
  const major = (await installedMajors()).at(-1);
  if (major === undefined)
    throw new AppError(
      'unavailable',
      'program_missing',
      'There is no PostgreSQL in /usr/lib/postgresql. On Debian: apt-get install -y pgbackrest postgresql',
    );
  await mkdir(dataDir, { mode: 0o700 });
  if (user) await chown(dataDir, user.uid, user.gid);
  const options = [
    '--username=postgres',
    '--auth=scram-sha-256',
    '--auth-local=trust',
    '--data-checksums',
    '--encoding=UTF8',
  ];
  await run(postgresProgram(major, 'initdb'), [`--pgdata=${dataDir}`, ...options, '--locale=C.UTF-8'], {
    user,
  });
}

async function makeDatabase(socketFolder: string, port: number, password: string): Promise<void> {
  const admin = new pg.Client({ host: socketFolder, port, user: 'postgres', database: 'postgres' });
  await admin.connect();
  try {
    await admin.query(
      `CREATE ROLE benchmark_user LOGIN CREATEROLE PASSWORD ${admin.escapeLiteral(password)}`,
    );
    await admin.query('CREATE DATABASE benchmark_db OWNER benchmark_user');
  } finally {
    await admin.end();
  }
}
