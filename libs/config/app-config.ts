import { existsSync } from 'node:fs';
import type { z } from 'zod';
import { AppError } from '#libs/common';
import { authSchema } from './auth.config.js';
import { agentsSchema } from './agents.config.js';
import { codeSchema } from './code.config.js';
import { databaseSchema } from './database.config.js';
import { datasetSchema } from './dataset.config.js';
import { engineSchema } from './engine.config.js';
import { limitsSchema } from './limits.config.js';
import { mcpSchema } from './mcp.config.js';
import { opsSchema } from './ops.config.js';
import { outboundSchema } from './outbound.config.js';
import { providerSchema } from './provider.config.js';
import { queueSchema } from './queue.config.js';
import { requestsSchema } from './requests.config.js';
import { serverSchema } from './server.config.js';
import { standaloneSchema } from './standalone.config.js';
import { tracingSchema } from './tracing.config.js';
import { vaultSchema } from './vault.config.js';
import { weakSecrets } from './weak-secrets.js';

export type Environment = Record<string, string | undefined>;

/** All settings of the service, checked once at start. Its own DI token. */
export class AppConfig {
  readonly auth: z.infer<ReturnType<typeof authSchema>>;
  readonly server: z.infer<typeof serverSchema>;
  readonly database: z.infer<typeof databaseSchema>;
  readonly queue: z.infer<typeof queueSchema>;
  readonly engine: z.infer<typeof engineSchema>;
  readonly limits: z.infer<typeof limitsSchema>;
  readonly requests: z.infer<typeof requestsSchema>;
  readonly standalone: z.infer<typeof standaloneSchema>;
  readonly providers: z.infer<typeof providerSchema>;
  readonly outbound: z.infer<ReturnType<typeof outboundSchema>>;
  readonly datasets: z.infer<typeof datasetSchema>;
  readonly agents: z.infer<typeof agentsSchema>;
  readonly mcp: z.infer<typeof mcpSchema>;
  readonly code: z.infer<typeof codeSchema>;
  readonly vault: z.infer<typeof vaultSchema>;
  readonly ops: z.infer<typeof opsSchema>;
  readonly tracing: z.infer<typeof tracingSchema>;

  /**
   * @param standalone whether api and worker are this one process.
   * @throws AppError `invalid_configuration` naming every variable that is wrong.
   */
  constructor(env: Environment, { standalone = false } = {}) {
    const problems: string[] = [];
    const read = <T>(schema: z.ZodType<T>): T => {
      const parsed = schema.safeParse(env);
      if (parsed.success) return parsed.data;
      problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
      return undefined as T;
    };
    this.auth = read(authSchema(standalone));
    this.server = read(serverSchema);
    this.database = read(databaseSchema);
    this.queue = read(queueSchema);
    this.engine = read(engineSchema);
    this.limits = read(limitsSchema);
    this.requests = read(requestsSchema);
    this.standalone = read(standaloneSchema);
    this.providers = read(providerSchema);
    this.outbound = read(outboundSchema(standalone));
    this.datasets = read(datasetSchema);
    this.agents = read(agentsSchema);
    this.mcp = read(mcpSchema);
    this.code = read(codeSchema);
    this.vault = read(vaultSchema);
    this.ops = read(opsSchema);
    this.tracing = read(tracingSchema);
    problems.push(...weakSecrets(env));
    if (problems.length > 0) {
      throw AppError.invalid(
        'invalid_configuration',
        `Bad environment: ${problems.join('; ')}. See .env.example.`,
      );
    }
  }

  /** For processes that share a database with others. */
  requireDatabaseUrl(): string {
    return required('DATABASE_URL', this.database.url, 'the Postgres that api and workers share');
  }

  /** For processes that share a queue with others. */
  requireRedisUrl(): string {
    return required('REDIS_URL', this.queue.redisUrl, 'the Redis that api and workers share');
  }

  /** For processes that let people in together with others: each has to know the tokens that another gave. */
  requireAuthKeys(): void {
    if (this.auth.mode === 'local') return;
    const what =
      '"<id>:<secret>" with a secret from "openssl rand -base64 48", the same for every api process';
    required('JWT_KEYS', this.auth.jwtKeys, what);
    required('API_KEY_PEPPERS', this.auth.apiKeyPeppers, what);
  }
}

function required<T>(variable: string, value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw AppError.invalid(
    'invalid_configuration',
    `${variable} is not set. Set it to ${what}, or run the standalone service (npm start), which needs neither.`,
  );
}

/** The process's environment, over what a `.env` file in the working directory sets. */
export function readEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
