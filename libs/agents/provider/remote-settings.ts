import { z } from 'zod';
import { pricingSchema } from '../pricing/pricing-schema.js';

/** What belongs to the connection or may hold a secret: settings are readable by everyone in the workspace. */
const KEPT =
  /^(accept|connection|content-.*|cookie|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|user-agent|.*(authorization|api-?key|secret|token).*)$/;

const headers = z
  .record(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,99}$/, 'names of headers are lower-case letters, digits and "-"')
      .refine((name) => !KEPT.test(name), "is not for an agent to set: keys are the operator's"),
    z
      .string()
      .regex(/^[\x20-\x7e]{1,1000}$/, 'values of headers are printable ASCII, at most 1000 characters'),
  )
  .refine((given) => Object.keys(given).length <= 20, 'must be at most 20 headers');

/** Settings that every agent behind a provider's protocol has; each adapter extends them. */
export const remoteSettings = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/, abort: true })
    .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
      message: 'must hold no user name or password: settings are readable by everyone in the workspace',
    })
    .optional()
    .describe(
      'Another server that speaks the protocol, e.g. http://127.0.0.1:11434/v1. It is sent no key but one of the workspace that is for its origin.',
    ),
  headers: headers
    .optional()
    .describe(
      'Sent with each call, e.g. {"openai-project": "proj_1"} or {"anthropic-beta": "…"}. Never a secret.',
    ),
  stream: z.boolean().default(true).describe('Needed for time to first token.'),
  batch: z
    .literal(true)
    .optional()
    .describe('Asks by the batch API of the provider: at half the price, within 24 hours, never streamed.'),
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
