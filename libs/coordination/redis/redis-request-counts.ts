import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { Injectable } from '@nestjs/common';
import { RequestCounts } from '../request-counts.js';
import { RedisConnection } from './redis-connection.js';

/** The counts of many processes. */
@Injectable()
export class RedisRequestCounts extends RequestCounts {
  private readonly storage: ThrottlerStorageRedisService;

  constructor(private readonly connection: RedisConnection) {
    super();
    this.storage = new ThrottlerStorageRedisService(connection.commands);
  }

  override async increment(key: string, ttl: number, limit: number, _blockDuration: number, name: string) {
    // Its script is only to count: what it blocks it goes on counting, and would block once more for that.
    const counted = await this.storage.increment(
      this.connection.name('requests', key),
      ttl,
      Number.MAX_SAFE_INTEGER,
      ttl,
      name,
    );
    const isBlocked = counted.totalHits > limit;
    return { ...counted, isBlocked, timeToBlockExpire: isBlocked ? counted.timeToExpire : 0 };
  }
}
