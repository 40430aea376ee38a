import { z } from 'zod';
import { text } from './env.js';

/** No name of a host ends in a number: what does is an address with a slip of the pen. */
const hostName = z.hostname().regex(/(^|\.)(?!\d+\.?$)[^.]+\.?$/);

const allowed = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6(), hostName], {
  error: ({ input }) => `"${String(input)}" is no address, no range such as 10.0.0.0/8 and no name of a host`,
});

const list = text()
  .transform((value = '') => value.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter((part) => part !== ''))
  .pipe(z.array(allowed));

export const outboundSchema = z.object({ OUTBOUND_ALLOWED: list }).transform((env) => ({
  /** Ranges, addresses and host names that users' URLs may lead to though they are not public. */
  allowed: env.OUTBOUND_ALLOWED,
}));
