import { z } from 'zod';
import { text, url } from './env.js';

export const queueSchema = z
  .object({ REDIS_URL: url(/^rediss?$/), QUEUE_PREFIX: text(), QUEUE_BOARD_PASSWORD: text(12) })
  .transform((env) => ({
    /** Undefined means the in-process queue. */
    redisUrl: env.REDIS_URL,
    /** Of every key in Redis, for several services on one. */
    prefix: env.QUEUE_PREFIX ?? 'aibench',
    /** Of the operators' page about the queue. Undefined: there is no such page. */
    boardPassword: env.QUEUE_BOARD_PASSWORD,
  }));
