import { z } from 'zod';
import { url } from './env.js';

export const queueSchema = z.object({ REDIS_URL: url(/^rediss?$/) }).transform((env) => ({
  /** Undefined means the in-process queue. */
  redisUrl: env.REDIS_URL,
}));
