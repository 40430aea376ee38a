import { join, resolve } from 'node:path';
import { z } from 'zod';
import { oneOf, text } from './env.js';

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** 32 bytes as base64url. */
const SECRET_LENGTH = 43;

/** A random secret of that length has more, also in hexadecimal. */
const DISTINCT_CHARACTERS = 10;

const SAMPLE = /change|example|sample|secret|default|password/i;

/** A secret of the operator with the id by which it is known. */
export interface KeyMaterial {
  id: string;
  secret: string;
}

/** `<id>:<secret>`, with commas between several. The message never holds the secret. */
const keys = () =>
  text().transform((value, context) => {
    if (value === undefined) return undefined;
    const found = value.split(',').map((part) => {
      const [, id = '', secret = ''] = /^([\w-]{1,64}):([\w+/=-]*)$/.exec(part.trim()) ?? [];
      const problem = weakness(id, secret);
      if (problem) context.addIssue({ code: 'custom', message: problem });
      return { id, secret };
    });
    if (new Set(found.map(({ id }) => id)).size < found.length)
      context.addIssue({ code: 'custom', message: 'each key needs an id of its own' });
    return found;
  });

function weakness(id: string, secret: string): string | undefined {
  const advice = 'Make one with: openssl rand -base64 48';
  if (id === '') return `must be "<id>:<secret>", several with commas between them. ${advice}`;
  if (secret.length < SECRET_LENGTH)
    return `the secret of "${id}" is shorter than ${SECRET_LENGTH} characters. ${advice}`;
  if (SAMPLE.test(secret) || new Set(secret).size < DISTINCT_CHARACTERS)
    return `the secret of "${id}" can be guessed. ${advice}`;
  return undefined;
}

export const authSchema = (standalone: boolean) =>
  z
    .object({
      AUTH_MODE: oneOf(['token', 'local'], 'token'),
      HOST: text(),
      JWT_KEYS: keys(),
      API_KEY_PEPPERS: keys(),
      SETUP_ADMIN_EMAIL: text(),
      SETUP_ADMIN_PASSWORD: text(12),
      DATA_DIR: text(),
    })
    .refine(({ AUTH_MODE, HOST = '127.0.0.1' }) => AUTH_MODE === 'token' || LOOPBACK.includes(HOST), {
      path: ['AUTH_MODE'],
      message: '"local" opens the service to whoever reaches it, so HOST must be a loopback address',
    })
    .refine((env) => (env.SETUP_ADMIN_EMAIL === undefined) === (env.SETUP_ADMIN_PASSWORD === undefined), {
      path: ['SETUP_ADMIN_EMAIL'],
      message: 'goes with SETUP_ADMIN_PASSWORD: set both or neither',
    })
    .transform((env) => ({
      /** `local`: no sign-in, for this machine only. `token`: everybody brings an access token or an API key. */
      mode: env.AUTH_MODE,
      /** The first signs access tokens, all of them verify. */
      jwtKeys: env.JWT_KEYS,
      /** The first is for new API keys, all of them are looked under. */
      apiKeyPeppers: env.API_KEY_PEPPERS,
      /** Where the standalone service keeps keys of its own making, where the environment has none. */
      keysFile: standalone ? join(resolve(env.DATA_DIR ?? '.data'), 'auth-keys.json') : undefined,
      /** Made the admin where there is no user yet. */
      firstAdmin:
        env.SETUP_ADMIN_EMAIL !== undefined && env.SETUP_ADMIN_PASSWORD !== undefined
          ? { email: env.SETUP_ADMIN_EMAIL, password: env.SETUP_ADMIN_PASSWORD }
          : undefined,
    }));
