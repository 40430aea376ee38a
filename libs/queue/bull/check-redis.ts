import { Redis } from 'ioredis';
import { AppError, messageOf } from '#libs/common';

/**
 * Refuses a Redis that could not carry a queue, before anything relies on it.
 * @throws AppError `redis_unreachable`, or `redis_may_evict` where it would drop jobs when its memory is full.
 */
export async function checkRedis(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 5000, retryStrategy: () => null });
  // Without a listener ioredis prints every failed attempt; connect() tells of it anyway.
  redis.on('error', () => undefined);
  const { host } = new URL(url);
  try {
    await redis.connect();
    const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
    if (policy === 'noeviction') return;
    throw new AppError(
      'unavailable',
      'redis_may_evict',
      `Redis at ${host} has maxmemory-policy ${policy}, with which it drops jobs when its memory is full. Set it to noeviction.`,
    );
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'unavailable',
      'redis_unreachable',
      `Cannot use Redis at ${host}: ${messageOf(error).replace(/\.$/, '')}. Check that it runs there and that REDIS_URL is right.`,
      { cause: error },
    );
  } finally {
    redis.disconnect();
  }
}
