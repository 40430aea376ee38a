import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy } from '#test/support/fault-proxy';
import { ProcessUnderLoad } from '#test/load/process-under-load';
import { Fleet } from './fleet.js';
import { Keeper } from './keeper.js';
import { answerText, PRICING, ProviderClient, questionText } from './ledger.js';
import { RestartablePostgres } from './restartable-postgres.js';
import { RestartableRedis } from './restartable-redis.js';

export type Target = 'postgres' | 'redis' | 'provider';

/** What the faults strike: servers of our own, proxies before them, and a fleet of the service's processes. */
export class World {
  private fleets = 0;
  private current: { key: string; fleet: Fleet } | undefined;

  private constructor(
    private readonly folder: string,
    /** Where the processes' logs are. */
    readonly logs: string,
    private readonly keeper: Keeper,
    readonly postgres: RestartablePostgres,
    readonly redis: RestartableRedis,
    private readonly providerProcess: ProcessUnderLoad,
    readonly provider: ProviderClient,
    readonly proxies: Record<Target, FaultProxy>,
  ) {}

  static async start(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'aibench-chaos-'));
    await chmod(folder, 0o711); // Run by root, Postgres is another user and has to get through.
    const keeper = new Keeper(folder);
    const logs = await mkdtemp(join(tmpdir(), 'aibench-chaos-logs-'));
    const [postgres, redis] = await Promise.all([
      RestartablePostgres.start(folder, keeper),
      RestartableRedis.start(),
    ]);
    const provider = ProcessUnderLoad.start([
      'test/support/run-typescript.mjs',
      'test/chaos/ledger-provider.ts',
    ]);
    const providerUrl = await provider.firstLine();
    const proxies = {
      postgres: await FaultProxy.start(postgres.port),
      redis: await FaultProxy.start(redis.port),
      provider: await FaultProxy.start(Number(new URL(providerUrl).port)),
    };
    return new World(
      folder,
      logs,
      keeper,
      postgres,
      redis,
      provider,
      new ProviderClient(providerUrl),
      proxies,
    );
  }

  get fleet(): Fleet {
    if (!this.current) throw new Error('No fleet runs.');
    return this.current.fleet;
  }

  /** A file that no other fault uses. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Makes the fleet one with that environment: the one that runs, or a new one. */
  async useFleet(proxied: boolean, env: Record<string, string>): Promise<void> {
    const key = JSON.stringify([proxied, env]);
    if (this.current?.key === key) return;
    await this.dropFleet();
    const folder = join(this.logs, `fleet-${++this.fleets}`);
    await mkdir(folder);
    const through = (target: 'postgres' | 'redis', url: string): string => {
      const to = new URL(url);
      if (proxied) to.port = String(this.proxies[target].port);
      return to.href;
    };
    const where = {
      DATABASE_URL: through('postgres', this.postgres.url),
      REDIS_URL: through('redis', this.redis.url),
      QUEUE_PREFIX: `chaos-${this.fleets}`,
    };
    this.current = { key, fleet: await Fleet.start({ ...where, ...env }, folder, this.keeper) };
  }

  /** Its processes may be in any state after a fault that they did not survive. */
  async dropFleet(): Promise<void> {
    await this.current?.fleet.stop();
    this.current = undefined;
  }

  /** @returns the name of a benchmark of so many questions. */
  async benchmark(samples: number): Promise<string> {
    const name = `chaos-${samples}`;
    const { status } = await this.fleet.client.get(`/api/v1/benchmarks/${name}`);
    if (status === 200) return name;
    const lines = Array.from({ length: samples }, (_, n) =>
      JSON.stringify({ id: `s${n}`, input: questionText(n), target: answerText(n) }),
    );
    await created(
      this.fleet.client.upload('/api/v1/benchmarks/upload', lines.join('\n'), {
        name,
        scoring: { scorers: [{ type: 'exact' }] },
      }),
    );
    return name;
  }

  /** An agent that asks the provider for the model of its own name. */
  async agent(name: string, proxied: boolean, stream: boolean): Promise<void> {
    const base = proxied ? `http://127.0.0.1:${this.proxies.provider.port}` : this.provider.url;
    const settings = { base_url: `${base}/v1`, stream, pricing: PRICING };
    await created(
      this.fleet.client.post('/api/v1/agents', { name, adapter: 'openai', model: name, settings }),
    );
  }

  /** @returns the run's id. */
  async run(benchmark: string, agent: string, epochs: number): Promise<string> {
    const { id } = await created(
      this.fleet.client.post('/api/v1/runs', { benchmark, agents: [agent], epochs }),
    );
    return id as string;
  }

  async calm(): Promise<void> {
    for (const proxy of Object.values(this.proxies)) await proxy.be({ kind: 'pass' });
  }

  /** @param keepLogs for somebody to look into. */
  async stop(keepLogs: boolean): Promise<void> {
    await this.dropFleet();
    await Promise.all(Object.values(this.proxies).map((proxy) => proxy.close()));
    await Promise.all([this.providerProcess.stop(), this.redis.stop(), this.postgres.stop()]);
    await rm(this.folder, { recursive: true, force: true });
    if (!keepLogs) await rm(this.logs, { recursive: true, force: true });
  }
}

async function created(answer: Promise<{ status: number; body: any }>): Promise<any> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`The api answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
