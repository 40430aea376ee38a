import { expect, it } from 'vitest';
import { describeWithRedis } from '#test/support/redis';
import { startRedis } from '#test/support/redis-server';
import { checkRedis } from './check-redis.js';

it('says where no Redis answers, without its password', async () => {
  const refusal = checkRedis('redis://:secret@127.0.0.1:1');
  await expect(refusal).rejects.toMatchObject({
    code: 'redis_unreachable',
    message: expect.stringMatching(/^Cannot use Redis at 127\.0\.0\.1:1: .*REDIS_URL/),
  });
  await expect(refusal).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
});

describeWithRedis('checkRedis', ({ url }) => {
  it('takes a Redis that keeps everything', async () => {
    await expect(checkRedis(url)).resolves.toBeUndefined();
  });

  it('refuses a Redis that may drop jobs', async () => {
    const forgetful = await startRedis('allkeys-lru');
    await expect(checkRedis(forgetful?.url ?? '')).rejects.toMatchObject({
      code: 'redis_may_evict',
      message: expect.stringMatching(/allkeys-lru.*noeviction/),
    });
    await forgetful?.stop();
  });
});
