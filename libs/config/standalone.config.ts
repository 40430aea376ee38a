import { resolve } from 'node:path';
import { z } from 'zod';
import { text } from './env.js';

export const standaloneSchema = z
  .object({ DATA_DIR: text(), AIBENCH_READY_FILE: text() })
  .transform((env) => ({
    /** Home of the embedded Postgres. */
    dataDir: resolve(env.DATA_DIR ?? '.data'),
    /** Where the service writes {"url", "pid"} once it listens, for the program that started it. */
    readyFile: env.AIBENCH_READY_FILE,
  }));
