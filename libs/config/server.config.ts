import { z } from 'zod';
import { integer, list, oneOf, optionalInteger, text } from './env.js';

/** An origin as browsers send it: no path, no slash at the end, no `*`. */
const origin = z.string().refine((value) => URL.canParse(value) && new URL(value).origin === value, {
  error: ({ input }) => `"${String(input)}" is no origin such as https://dashboard.example.org`,
});

export const serverSchema = z
  .object({
    HOST: text(),
    PORT: optionalInteger(0, 65535),
    WORKER_PORT: integer(8001, 0, 65535),
    BODY_LIMIT_BYTES: integer(10 * 1024 * 1024, 1024, 1024 ** 3),
    UPLOAD_LIMIT_BYTES: integer(2 * 1024 ** 3, 1024, 64 * 1024 ** 3),
    CORS_ORIGINS: list(origin),
    OPERATIONS_TOKEN: text(16),
    BENCHMARK_LIST_CACHE_SECONDS: integer(300, 0, 86_400),
    BACKUP_METRICS_FOLDER: text(),
    AIBENCH_READY_FILE: text(),
    LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  })
  .transform((env) => ({
    host: env.HOST ?? '127.0.0.1',
    /** Undefined: 8000, or the next free port where that is taken. */
    port: env.PORT,
    /** Of a worker's probes and metrics. */
    workerPort: env.WORKER_PORT,
    bodyLimitBytes: env.BODY_LIMIT_BYTES,
    uploadLimitBytes: env.UPLOAD_LIMIT_BYTES,
    /** Whose pages may call from a browser. */
    corsOrigins: env.CORS_ORIGINS,
    /** What metrics and docs ask for; undefined: they are open to whoever reaches them. */
    operationsToken: env.OPERATIONS_TOKEN,
    benchmarkListCacheSeconds: env.BENCHMARK_LIST_CACHE_SECONDS,
    /** Where backups and restore drills leave *.prom files. */
    backupMetricsFolder: env.BACKUP_METRICS_FOLDER,
    /** Where a process writes {"url", "pid"} once it listens, for the program that started it. */
    readyFile: env.AIBENCH_READY_FILE,
    logLevel: env.LOG_LEVEL,
  }));
