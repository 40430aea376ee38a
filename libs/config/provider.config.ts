import { z } from 'zod';
import { integer, text, url } from './env.js';

export const providerSchema = z
  .object({
    OPENAI_API_KEY: text(),
    OPENAI_BASE_URL: url(/^https?$/),
    ANTHROPIC_API_KEY: text(),
    ANTHROPIC_BASE_URL: url(/^https?$/),
    PROVIDER_HEADERS_TIMEOUT_MS: integer(60_000, 1, 3_600_000),
    PROVIDER_IDLE_TIMEOUT_MS: integer(90_000, 1, 3_600_000),
    PROVIDER_TOTAL_TIMEOUT_MS: integer(600_000, 1, 7_200_000),
    PROVIDER_MAX_RESPONSE_BYTES: integer(8 * 1024 * 1024, 1024, 1024 ** 3),
  })
  .transform((env) => ({
    openaiApiKey: env.OPENAI_API_KEY,
    openaiBaseUrl: env.OPENAI_BASE_URL,
    anthropicApiKey: env.ANTHROPIC_API_KEY,
    anthropicBaseUrl: env.ANTHROPIC_BASE_URL,
    headersTimeoutMs: env.PROVIDER_HEADERS_TIMEOUT_MS,
    idleTimeoutMs: env.PROVIDER_IDLE_TIMEOUT_MS,
    totalTimeoutMs: env.PROVIDER_TOTAL_TIMEOUT_MS,
    maxResponseBytes: env.PROVIDER_MAX_RESPONSE_BYTES,
  }));
