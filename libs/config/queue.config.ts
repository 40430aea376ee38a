import { z } from 'zod';
import { text, url } from './env.js';

export const queueSchema = z
  .object({ REDIS_URL: url(/^rediss?$/), QUEUE_PREFIX: text() })
  .transform((env) => ({
    /** Undefined means the in-process queue. */
    redisUrl: env.REDIS_URL,
    /** Of every key in Redis, for several services on one. */
    prefix: env.QUEUE_PREFIX ?? 'aibench',
  }));
