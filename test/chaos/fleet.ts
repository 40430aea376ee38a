import { join } from 'node:path';
import { clientOf, type TestService } from '#test/support/service';
import type { Keeper } from './keeper.js';
import { ServiceProcess } from './service-process.js';

const WORKERS = 2;

/** Short limits, so that what is lost is missed soon; the same for every fault, unless it says otherwise. */
const ENVIRONMENT = {
  HOST: '127.0.0.1',
  PORT: '0',
  WORKER_PORT: '0',
  LOG_LEVEL: 'warn',
  DATABASE_POOL_SIZE: '5',
  DATABASE_MAX_OVERFLOW: '5',
  ENGINE_SHARD_SIZE: '5',
  ENGINE_SHARD_SLOTS: '2',
  ENGINE_LEASE_SECONDS: '5',
  ENGINE_DRAIN_SECONDS: '2',
  ENGINE_CALL_SLOTS: '8',
  AGENT_CONCURRENCY: '4',
  AGENT_MAX_ATTEMPTS: '10',
  PROVIDER_HEADERS_TIMEOUT_MS: '5000',
  PROVIDER_IDLE_TIMEOUT_MS: '1500',
  PROVIDER_TOTAL_TIMEOUT_MS: '5000',
};

/** Trials that one worker may have begun and not stored, each with one call at most. */
export const TRIALS_OF_A_WORKER =
  Number(ENVIRONMENT.ENGINE_SHARD_SLOTS) * Number(ENVIRONMENT.ENGINE_SHARD_SIZE);

type Client = Pick<TestService, 'get' | 'post' | 'upload'>;

/** One api and its workers. Whoever is killed can be replaced by a new process. */
export class Fleet {
  private made = 0;

  private constructor(
    private readonly env: Record<string, string>,
    private readonly folder: string,
    private readonly keeper: Keeper,
    public api: ServiceProcess,
    readonly workers: ServiceProcess[],
  ) {}

  /** @param folder for its logs. */
  static async start(env: Record<string, string>, folder: string, keeper: Keeper): Promise<Fleet> {
    const all = { ...ENVIRONMENT, ...env };
    const start = (app: 'api' | 'worker', name: string): Promise<ServiceProcess> =>
      ServiceProcess.start(app, all, join(folder, name), keeper);
    const api = await start('api', 'api');
    const workers = await Promise.all(
      Array.from({ length: WORKERS }, (_, i) => start('worker', `worker-${i}`)),
    );
    return new Fleet(all, folder, keeper, api, workers);
  }

  get client(): Client {
    return clientOf(this.api.url);
  }

  get queuePrefix(): string {
    return this.env['QUEUE_PREFIX'] ?? '';
  }

  async replaceApi(): Promise<void> {
    this.api = await this.another('api');
  }

  async replaceWorker(index: number): Promise<void> {
    this.workers[index] = await this.another('worker');
  }

  async stop(): Promise<void> {
    await Promise.all([this.api, ...this.workers].map((process) => process.stop()));
  }

  private another(app: 'api' | 'worker'): Promise<ServiceProcess> {
    return ServiceProcess.start(app, this.env, join(this.folder, `${app}-again-${++this.made}`), this.keeper);
  }
}
