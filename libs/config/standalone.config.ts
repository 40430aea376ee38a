import { resolve } from 'node:path';
import { z } from 'zod';
import { text } from './env.js';

export const standaloneSchema = z.object({ DATA_DIR: text() }).transform((env) => ({
  /** Home of the embedded Postgres. */
  dataDir: resolve(env.DATA_DIR ?? '.data'),
}));
