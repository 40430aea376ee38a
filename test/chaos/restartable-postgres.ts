import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '#libs/database';
import type { Keeper } from './keeper.js';

const RESTART_LIMIT_MS = 30_000;

/** A durable Postgres of our own that can be restarted at once, as `pg_ctl restart -m immediate` does, on the same port. */
export class RestartablePostgres {
  private pool: pg.Pool;

  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly keeper: Keeper,
  ) {
    this.pool = this.connect();
  }

  static async start(root: string, keeper: Keeper): Promise<RestartablePostgres> {
    const postgres = new RestartablePostgres(await EmbeddedPostgres.start({ root }), keeper);
    keeper.started(await postgres.pid());
    return postgres;
  }

  get url(): string {
    return this.server.url();
  }

  get port(): number {
    return this.server.port;
  }

  /** The runner's own way to it, past every proxy. */
  async query<T extends pg.QueryResultRow>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(sql, parameters)).rows;
  }

  async startedAt(): Promise<string> {
    const [row] = await this.query<{ at: string }>('SELECT pg_postmaster_start_time()::text AS at');
    return row?.at ?? '';
  }

  /** Nobody may finish anything: sessions are cut, and the next start recovers from the log. */
  async restartImmediately(): Promise<void> {
    const { dataDir } = this.server;
    const pid = await this.pid();
    const [program = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').slice(0, -1);
    const { uid, gid } = await stat(dataDir);
    await this.pool.end();
    process.kill(pid, 'SIGQUIT');
    while ((await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')) !== '') await sleep(10);
    this.keeper.ended(pid);
    const again = spawn(program, args, {
      ...(process.getuid?.() === 0 && { uid, gid }),
      cwd: dirname(dataDir),
      env: Object.fromEntries(environment.map((line) => line.split(/=(.*)/s, 2))),
      detached: true,
      stdio: 'ignore',
    });
    if (again.pid !== undefined) this.keeper.started(again.pid);
    this.pool = this.connect();
    const deadline = Date.now() + RESTART_LIMIT_MS;
    while (!(await this.startedAt().catch(() => ''))) {
      if (Date.now() > deadline) throw new Error('The Postgres that was stopped does not start again.');
      await sleep(20);
    }
  }

  async stop(): Promise<void> {
    await this.pool.end();
    const pid = await this.pid();
    await this.server.stop();
    this.keeper.ended(pid);
  }

  private async pid(): Promise<number> {
    return Number.parseInt(await readFile(join(this.server.dataDir, 'postmaster.pid'), 'utf8'), 10);
  }

  private connect(): pg.Pool {
    const pool = new pg.Pool({ connectionString: this.url, max: 3 });
    pool.on('error', () => undefined);
    return pool;
  }
}
