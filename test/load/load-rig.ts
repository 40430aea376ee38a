import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { EmbeddedPostgres } from '#libs/database';
import { findRedis, type RedisServer } from '#test/support/redis-server';
import { clientOf, type Client } from '#test/support/service';
import { ProcessUnderLoad } from './process-under-load.js';

export const promptOf = (i: number): string => `What is six times seven? (${i})`;

export const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** What benchmarks of the service stand on: real Postgres and Redis, and a provider, an api and workers, each a process. */
export class LoadRig {
  readonly workers: ProcessUnderLoad[] = [];
  private readonly furtherApis: ProcessUnderLoad[] = [];
  private started = 0;

  private constructor(
    readonly client: Client,
    readonly providerUrl: string,
    readonly provider: ProcessUnderLoad,
    readonly api: ProcessUnderLoad,
    readonly redis: Redis,
    readonly sql: pg.Client,
    private readonly env: Record<string, string>,
    private readonly folder: string,
    private readonly redisServer: RedisServer,
    private readonly postgres: EmbeddedPostgres,
  ) {}

  /**
   * @param latencyMs after which the provider answers.
   * @param settings of api and workers.
   */
  static async start(latencyMs: number, settings: Record<string, string> = {}): Promise<LoadRig> {
    // What it started ends with it; a signal alone would leave everything running.
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
    const folder = await mkdtemp(join(tmpdir(), 'aibench-load-'));
    // Run by root, its Postgres is another user and has to get through.
    await chmod(folder, 0o711);
    const postgres = await EmbeddedPostgres.start({ root: folder });
    const redisServer = await findRedis();
    if (!redisServer) throw new Error('No Redis: set REDIS_URL, or install redis-server.');
    const sql = new pg.Client(postgres.url());
    await sql.connect();
    const provider = ProcessUnderLoad.start([
      'test/support/run-typescript.mjs',
      'test/load/fixed-provider.ts',
      String(latencyMs),
    ]);
    const urls = { DATABASE_URL: postgres.url(), REDIS_URL: redisServer.url };
    const env = { ...urls, PORT: '0', WORKER_PORT: '0', ...settings };
    const readyFile = join(folder, 'api.json');
    const api = ProcessUnderLoad.start(['dist/apps/api/main.js'], { ...env, AIBENCH_READY_FILE: readyFile });
    const { url } = await ready(readyFile);
    const providerUrl = await provider.firstLine();
    return new LoadRig(
      clientOf(url),
      providerUrl,
      provider,
      api,
      new Redis(redisServer.url),
      sql,
      env,
      folder,
      redisServer,
      postgres,
    );
  }

  get databaseUrl(): string {
    return this.postgres.url();
  }

  /** Starts or stops workers until there are so many. */
  async scale(count: number): Promise<void> {
    await Promise.all(this.workers.splice(count).map((worker) => worker.stop()));
    const files = Array.from({ length: count - this.workers.length }, () =>
      join(this.folder, `worker-${++this.started}.json`),
    );
    for (const AIBENCH_READY_FILE of files) {
      const env = { ...this.env, AIBENCH_READY_FILE };
      // With the heap that docs/operations gives a worker.
      this.workers.push(
        ProcessUnderLoad.start(['--max-old-space-size=512', 'dist/apps/worker/main.js'], env),
      );
    }
    await Promise.all(files.map(ready));
  }

  /** Starts an api beside the first. @returns its URL. */
  async addApi(): Promise<string> {
    const AIBENCH_READY_FILE = join(this.folder, `api-${this.furtherApis.length + 2}.json`);
    this.furtherApis.push(
      ProcessUnderLoad.start(['dist/apps/api/main.js'], { ...this.env, AIBENCH_READY_FILE }),
    );
    return (await ready(AIBENCH_READY_FILE)).url;
  }

  /** Keeps each api to a share of a core from now on. */
  async limitApis(share: number): Promise<void> {
    for (const api of [this.api, ...this.furtherApis]) await api.limitCpu(share);
  }

  /** Publishes the benchmark `load`, with one scorer that every answer of the provider satisfies. */
  async publish(samples: number): Promise<void> {
    const lines = Array.from({ length: samples }, (_, i) =>
      JSON.stringify({ id: `s${i}`, input: promptOf(i), target: '42' }),
    );
    const { status, body } = await this.client.upload('/api/v1/benchmarks/upload', lines.join('\n'), {
      name: 'load',
      scoring: { scorers: [{ type: 'regex', pattern: 'answer is 42' }] },
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }

  /** Makes the agent `fixed`, which calls the provider. @param concurrency of all workers together. */
  async createAgent(concurrency: number): Promise<void> {
    const { status, body } = await this.client.post('/api/v1/agents', {
      name: 'fixed',
      adapter: 'openai',
      model: 'fixed',
      settings: { base_url: `${this.providerUrl}/v1`, stream: false, concurrency },
    });
    if (status >= 300) throw new Error(JSON.stringify(body));
  }

  /** @returns the id of a run of `load` by `fixed`. */
  async startRun(settings: object): Promise<string> {
    const { body } = await this.client.post('/api/v1/runs', {
      benchmark: 'load',
      agents: ['fixed'],
      ...settings,
    });
    return body.id as string;
  }

  /** Waits until the run is completed. @returns it as the api tells of it. */
  async finish(id: string): Promise<any> {
    for (;;) {
      const { body: run } = await this.client.get(`/api/v1/runs/${id}`);
      if (run.status === 'failed' || run.status === 'paused') throw new Error(run.error ?? run.pause.message);
      if (run.status !== 'completed') {
        await sleep(200);
        continue;
      }
      if (run.entries[0].summary.score !== 1)
        throw new Error(`Scored ${run.entries[0].summary.score}, not 1.`);
      return run;
    }
  }

  /** Trials a second of one run, by the run's own times, which Postgres keeps: from its first lease to its last rollup. */
  async trialsPerSecond(epochs = 1): Promise<number> {
    const run = await this.finish(await this.startRun({ epochs }));
    return run.trials / ((Date.parse(run.completed_at) - Date.parse(run.started_at)) / 1000);
  }

  /** Seconds from a run's creation to its end. */
  async secondsOf(settings: object): Promise<number> {
    const run = await this.finish(await this.startRun(settings));
    return (Date.parse(run.completed_at) - Date.parse(run.created_at)) / 1000;
  }

  async stop(): Promise<void> {
    this.redis.disconnect();
    await this.sql.end();
    await Promise.all([
      this.scale(0),
      ...[this.api, ...this.furtherApis, this.provider].map((each) => each.stop()),
    ]);
    await this.redisServer.stop();
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function ready(file: string): Promise<{ url: string }> {
  for (let tries = 0; tries < 1800; tries++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return JSON.parse(text) as { url: string };
    await sleep(100);
  }
  throw new Error('A process did not start within three minutes.');
}
