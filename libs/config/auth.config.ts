import { z } from 'zod';
import { oneOf } from './env.js';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

export const authSchema = z
  .object({
    AUTH_MODE: oneOf(['token', 'local'], 'token'),
    HOST: z.string().default('127.0.0.1'),
  })
  .refine(({ AUTH_MODE, HOST }) => AUTH_MODE === 'token' || LOOPBACK.includes(HOST), {
    path: ['AUTH_MODE'],
    message: '"local" opens the service to whoever reaches it, so HOST must be a loopback address',
  })
  .transform((env) => ({
    /** `local`: no sign-in, for this machine only. `token`: everybody brings an access token or an API key. */
    mode: env.AUTH_MODE,
  }));
