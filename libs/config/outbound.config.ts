import { z } from 'zod';
import { list, oneOf, text } from './env.js';

/** No name of a host ends in a number: what does is an address with a slip of the pen. */
const hostName = z.hostname().regex(/(^|\.)(?!\d+\.?$)[^.]+\.?$/);

const allowed = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6(), hostName], {
  error: ({ input }) => `"${String(input)}" is no address, no range such as 10.0.0.0/8 and no name of a host`,
});

const LOOPBACK = ['127.0.0.0/8', '::1'];
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/**
 * Where users' URLs may lead though that is not public: ranges, addresses and host names.
 * @param standalone whether all of the service is one process. Where only its own machine reaches that, models on the
 * machine are within its users' reach anyway.
 */
export const outboundSchema = (standalone: boolean) =>
  z
    .object({
      HOST: text(),
      OUTBOUND_ALLOWED: list(allowed),
      LOCAL_MODELS: oneOf(['auto', 'on', 'off'], 'auto'),
    })
    .transform(({ HOST = '127.0.0.1', OUTBOUND_ALLOWED: allowed, LOCAL_MODELS: local }) => ({
      allowed,
      /** The same of the `base_url` of agents. */
      modelsAllowed:
        local === 'on' || (local === 'auto' && standalone && LOOPBACK_HOST.test(HOST))
          ? [...allowed, ...LOOPBACK]
          : allowed,
    }));
