import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { AppError, messageOf } from '#libs/common';
import { TENANT_ROLE } from '../tenant-role.js';
import { claimData } from './claim-data.js';
import { openCluster, type Cluster } from './cluster.js';
import { leftovers, makePassableFolder, ownedName, removeFolder } from './make-folder-once.js';
import { installBinaries } from './postgres-binaries.js';
import { postgresUser, reachableRoot } from './postgres-user.js';
import { ensurePostmaster, findPostmaster, stopPostmaster, type Postmaster } from './postmaster.js';

const DATABASE = 'benchmark_db';
const ROLE = 'benchmark_user';
const TEMPORARY = 'temporary-';
const MAX_ATTEMPTS = 3;

export interface EmbeddedPostgresOptions {
  /** Wished home of the server's files. Root gets another where PostgreSQL's user cannot reach it; see `dataDir`. */
  root: string;
  /** An empty server for this process alone: fast, not durable, its files removed by `stop()`. For tests. */
  temporary?: boolean;
  log?: (line: string) => void;
}

/** A PostgreSQL server from npm, on 127.0.0.1, run by and for one process of this service at a time. */
export class EmbeddedPostgres {
  private stopping: Promise<void> | undefined;

  private constructor(
    private readonly cluster: Cluster,
    private readonly postmaster: Postmaster & { adopted: boolean },
    private readonly claim: pg.Client,
  ) {
    process.once('exit', this.stopNow);
  }

  /**
   * Starts the server, or adopts the one that a killed service left running, and makes the service's role and
   * database on first use.
   * @throws AppError `unavailable`, for one of: `data_in_use`, `data_of_another_user`, `postgres_not_installed`,
   *   `postgres_start_failed`.
   */
  static async start({
    root: wished,
    temporary = false,
    log,
  }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    try {
      const user = await postgresUser();
      const root = await reachableRoot(wished, user);
      if (temporary) await removeAbandoned(root);
      await makePassableFolder(root);
      const binaries = await installBinaries(root);
      const folder = temporary ? ownedName(join(root, TEMPORARY)) : join(root, 'postgres');
      const cluster = await openCluster(folder, { binaries, user, durable: !temporary });
      const server = await EmbeddedPostgres.open(cluster);
      const found = server.adopted ? ', adopted from a service that was killed' : '';
      log?.(`PostgreSQL on 127.0.0.1:${server.port}, data in ${server.dataDir}${found}`);
      return server;
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError(
        'unavailable',
        'postgres_start_failed',
        `Embedded PostgreSQL does not start on ${wished}: ${messageOf(error)}. ` +
          'Remove the cause, or set DATABASE_URL to a PostgreSQL server of your own.',
        { cause: error },
      );
    }
  }

  /** Connection string of the server that a service runs on `root` just now; null where none does. */
  static async runningUrl(wished: string): Promise<string | null> {
    const folder = join(await reachableRoot(wished, await postgresUser()), 'postgres');
    const server = await findPostmaster(join(folder, 'data'));
    return server
      ? urlOf(ROLE, await readFile(join(folder, 'password'), 'utf8'), server.port, DATABASE)
      : null;
  }

  get port(): number {
    return this.postmaster.port;
  }

  get dataDir(): string {
    return this.cluster.dataDir;
  }

  /** Whether the server was already running, left by a service that was killed. */
  get adopted(): boolean {
    return this.postmaster.adopted;
  }

  /** Connection string of the service's role, which may create databases but is no superuser. */
  url(database: string = DATABASE): string {
    return urlOf(ROLE, this.cluster.password, this.port, database);
  }

  /** Ends every session and returns when the server's process is gone. */
  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private async shutDown(): Promise<void> {
    process.off('exit', this.stopNow);
    // The claim ends with the server, never before it: nobody may adopt a server that is about to stop.
    await stopPostmaster(this.dataDir);
    await this.claim.end().catch(() => undefined);
    if (!this.cluster.durable) await removeFolder(dirname(this.dataDir));
  }

  /** For a process that ends without `stop()`: all that can still be done is to tell the server. */
  private readonly stopNow = (): void => {
    try {
      process.kill(this.postmaster.pid, 'SIGINT');
    } catch {
      // It is gone already.
    }
  };

  private static async open(cluster: Cluster): Promise<EmbeddedPostgres> {
    for (let attempt = 1; ; attempt++) {
      const postmaster = await ensurePostmaster(cluster);
      try {
        const admin = urlOf('postgres', cluster.password, postmaster.port, 'postgres');
        const claim = await claimData(admin, cluster.dataDir);
        await createDatabase(claim, cluster.password);
        return new EmbeddedPostgres(cluster, postmaster, claim);
      } catch (error) {
        // It belongs to another service, which would miss it.
        if (error instanceof AppError) throw error;
        // A server that was just stopping when we found it; otherwise it is of no use to anybody.
        if (attempt === MAX_ATTEMPTS) {
          await stopPostmaster(cluster.dataDir);
          throw error;
        }
      }
    }
  }
}

const urlOf = (role: string, password: string, port: number, database: string): string =>
  `postgresql://${role}:${password}@127.0.0.1:${port}/${database}`;

/** Makes what is missing of the service's roles and database. */
async function createDatabase(admin: pg.Client, password: string): Promise<void> {
  const exists = async (sql: string, name: string): Promise<boolean> =>
    (await admin.query(sql, [name])).rowCount !== 0;
  if (!(await exists('SELECT 1 FROM pg_roles WHERE rolname = $1', ROLE))) {
    await admin.query(`CREATE ROLE ${ROLE} LOGIN CREATEDB PASSWORD ${admin.escapeLiteral(password)}`);
  }
  if (!(await exists('SELECT 1 FROM pg_roles WHERE rolname = $1', TENANT_ROLE))) {
    await admin.query(`CREATE ROLE ${TENANT_ROLE} NOLOGIN ROLE ${ROLE}`);
  }
  if (!(await exists('SELECT 1 FROM pg_database WHERE datname = $1', DATABASE))) {
    await admin.query(`CREATE DATABASE ${DATABASE} OWNER ${ROLE}`);
  }
}

/** Temporary servers of processes that were killed. */
async function removeAbandoned(root: string): Promise<void> {
  for (const folder of await leftovers(root, TEMPORARY)) {
    await stopPostmaster(join(folder, 'data'));
    await removeFolder(folder);
  }
}
