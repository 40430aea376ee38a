import type { Environment } from './app-config.js';

/** Variables that hold a secret which the operator makes up. */
const SECRETS = ['QUEUE_BOARD_PASSWORD', 'OPERATIONS_TOKEN', 'SETUP_ADMIN_PASSWORD'];
const MIN_LENGTH = 16;

/** What examples have in the place of a secret, here and elsewhere. */
const SAMPLE =
  /^(.)\1*$|^(12345|abcdef|qwerty)|pass(word|wort)?$|^pass(word)?\d*$|change.?(me|this)|example|sample|placeholder|your[-_ ]|^(benchmark_)?(user|admin|root|postgres|redis|test|secret|token)$|x{4,}/i;

const SAYS = 'is a sample, which everybody knows. Make one up, as with: openssl rand -base64 32';

/** What stops a start with `NODE_ENV=production`. */
export function weakSecrets(env: Environment): string[] {
  if (env['NODE_ENV'] !== 'production') return [];
  const own = SECRETS.flatMap((name) => {
    const secret = env[name];
    if (!secret) return [];
    if (SAMPLE.test(secret)) return [`${name}: ${SAYS}`];
    return secret.length < MIN_LENGTH
      ? [`${name}: must have at least ${MIN_LENGTH} characters in production`]
      : [];
  });
  // Of a server that is somebody else's to set up, only that its password is not a sample's.
  const urls = ['DATABASE_URL', 'REDIS_URL'].filter((name) => SAMPLE.test(passwordIn(env[name])));
  return [...own, ...urls.map((name) => `${name}: its password ${SAYS}`)];
}

function passwordIn(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? decodeURIComponent(new URL(url).password) : '';
}
