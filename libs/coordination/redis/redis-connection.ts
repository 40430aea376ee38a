import type { OnApplicationShutdown } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';

/** What is said here is not worth waiting for: while Redis is away, commands fail at once or within a second. */
const OPTIONS: RedisOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  commandTimeout: 1000,
  maxRetriesPerRequest: 0,
  autoResubscribe: false,
  retryStrategy: (times) => Math.min(times * 50, 1000),
};

/** The connections to Redis that coordination shares: one for commands, one for signals once somebody subscribes. */
export class RedisConnection implements OnApplicationShutdown {
  readonly commands: Redis;
  readonly subscriber: Redis;

  private constructor(
    url: string,
    private readonly prefix: string,
  ) {
    // Under its name an operator finds it in CLIENT LIST.
    const options = { ...OPTIONS, connectionName: `${prefix}:coordination` };
    this.commands = new Redis(url, options);
    this.subscriber = new Redis(url, options);
    for (const redis of [this.commands, this.subscriber]) {
      // Without a listener ioredis prints every failed attempt; whoever sends a command hears of it.
      redis.on('error', () => undefined);
    }
  }

  /** Connects, or goes on trying to where Redis is away. */
  static async open(url: string, prefix: string): Promise<RedisConnection> {
    const connection = new RedisConnection(url, prefix);
    await connection.commands.connect().catch(() => undefined);
    return connection;
  }

  /** A key or channel of this service. */
  name(kind: string, key: string): string {
    return `${this.prefix}:${kind}:${key}`;
  }

  onApplicationShutdown(): void {
    this.commands.disconnect();
    this.subscriber.disconnect();
  }
}
