import { z } from 'zod';
import { integer, list } from './env.js';

const proxy = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: ({ input }) => `"${String(input)}" is no address and no range such as 10.0.0.0/8`,
});

const aMinute = (fallback: number) => integer(fallback, 1, 1_000_000);

export const requestsSchema = z
  .object({
    RATE_LIMIT_READS: aMinute(600),
    RATE_LIMIT_WRITES: aMinute(120),
    RATE_LIMIT_RUNS: aMinute(60),
    RATE_LIMIT_IMPORTS: aMinute(20),
    RATE_LIMIT_STRANGERS: aMinute(60),
    TRUSTED_PROXIES: list(proxy),
  })
  .transform((env) => ({
    /** Requests a minute of one user, key or address, by budget. */
    budgets: {
      reads: env.RATE_LIMIT_READS,
      writes: env.RATE_LIMIT_WRITES,
      /** That start, continue or score runs. */
      runs: env.RATE_LIMIT_RUNS,
      imports: env.RATE_LIMIT_IMPORTS,
      /** That nobody we know makes, from one address. */
      strangers: env.RATE_LIMIT_STRANGERS,
    },
    /** Whose X-Forwarded-For says where a request comes from. */
    trustedProxies: env.TRUSTED_PROXIES,
  }));
