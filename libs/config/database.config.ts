import { z } from 'zod';
import { integer, url } from './env.js';

export const databaseSchema = z
  .object({
    DATABASE_URL: url(/^postgres(ql)?$/),
    DATABASE_POOL_SIZE: integer(20, 1, 1000),
    DATABASE_MAX_OVERFLOW: integer(10, 0, 1000),
  })
  .transform((env) => ({
    /** Undefined only in the standalone service, which then starts its own Postgres. */
    url: env.DATABASE_URL,
    poolSize: env.DATABASE_POOL_SIZE,
    maxOverflow: env.DATABASE_MAX_OVERFLOW,
  }));
