import { z } from 'zod';
import { integer, optionalInteger } from './env.js';

export const limitsSchema = z
  .object({
    AGENT_MAX_CONCURRENCY: integer(100, 1, 1000),
    AGENT_RATE_LIMIT_OPENAI: optionalInteger(1, 1_000_000),
    AGENT_RATE_LIMIT_ANTHROPIC: optionalInteger(1, 1_000_000),
    AGENT_TOKEN_LIMIT_OPENAI: optionalInteger(1, 1_000_000_000),
    AGENT_TOKEN_LIMIT_ANTHROPIC: optionalInteger(1, 1_000_000_000),
  })
  .transform((env) => ({
    /** Calls in flight to one agent's provider from all workers, however well they go. */
    agentMaxConcurrency: env.AGENT_MAX_CONCURRENCY,
    /** By the kind of adapter; undefined is no limit. */
    rates: {
      openai: {
        requestsPerMinute: env.AGENT_RATE_LIMIT_OPENAI,
        tokensPerMinute: env.AGENT_TOKEN_LIMIT_OPENAI,
      },
      anthropic: {
        requestsPerMinute: env.AGENT_RATE_LIMIT_ANTHROPIC,
        tokensPerMinute: env.AGENT_TOKEN_LIMIT_ANTHROPIC,
      },
    },
  }));
