import Bull from 'bull';
import { Redis } from 'ioredis';
import { startRedis, type RedisServer } from '#test/support/redis-server';

/** A Redis of our own that can be killed and come back, empty, on the same port. */
export class RestartableRedis {
  private constructor(
    private server: RedisServer,
    /** The runner's own way to it. */
    readonly client: Redis,
  ) {}

  static async start(): Promise<RestartableRedis> {
    const server = await startRedis();
    if (!server) throw new Error('No Redis: install redis-server.');
    const client = new Redis(server.url);
    client.on('error', () => undefined);
    return new RestartableRedis(server, client);
  }

  get url(): string {
    return this.server.url;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** One number of INFO, 0 where it is not there (yet). */
  async info(section: string, name: RegExp): Promise<number> {
    return Number(name.exec(await this.client.info(section))?.[1] ?? 0);
  }

  /** The queue of shards of the service with that prefix. Close it. */
  queue(prefix: string): Bull.Queue {
    return new Bull('shard', this.url, { prefix });
  }

  /** How many jobs that queue holds, and in whose hands. */
  async jobs(prefix: string): Promise<Pick<Bull.JobCounts, 'waiting' | 'active' | 'delayed'>> {
    const queue = this.queue(prefix);
    const { waiting, active, delayed } = await queue.getJobCounts();
    await queue.close();
    return { waiting, active, delayed };
  }

  pid(): Promise<number> {
    return this.info('server', /process_id:(\d+)/);
  }

  async kill(): Promise<void> {
    const pid = await this.pid();
    this.client.disconnect();
    process.kill(pid, 'SIGKILL');
    await this.server.stop();
  }

  async startAgain(): Promise<void> {
    const server = await startRedis('noeviction', this.port);
    if (!server) throw new Error('The Redis that was killed does not start again.');
    this.server = server;
    await this.client.connect();
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    await this.server.stop();
  }
}
