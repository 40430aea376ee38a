import { z } from 'zod';
import { pricingSchema } from '../pricing/pricing-schema.js';

/** Settings that every agent behind a provider's protocol has; each adapter extends them. */
export const remoteSettings = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/, abort: true })
    .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
      message: 'must hold no user name or password: settings are readable by everyone in the workspace',
    })
    .optional()
    .describe('Another server that speaks the protocol, e.g. http://127.0.0.1:11434/v1. It is sent no key.'),
  stream: z.boolean().default(true).describe('Needed for time to first token.'),
  pricing: pricingSchema.optional(),
  concurrency: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('Calls in flight at once, over all workers. Absent: as many as the provider bears.'),
  requests_per_minute: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe('Calls begun in a minute, over all workers.'),
  tokens_per_minute: z
    .int()
    .min(1)
    .max(10_000_000_000)
    .optional()
    .describe('Tokens used in a minute, likewise.'),
});
