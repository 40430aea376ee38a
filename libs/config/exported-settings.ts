import { AppConfig, type Environment } from './app-config.js';

/** Whoever adds a variable with a secret and another ending sees it in an export: so most endings count. */
const SECRET = /(KEYS?|SECRETS?|PASSWORD|PASS|TOKEN|PEPPERS)$/;
const NAMED_BY_OPERATOR = /^AGENT_SECRET_/;

/** What is set of the variables that the service knows, with secrets taken out: of them it says only that they are set. */
export function exportedSettings(env: Environment): Record<string, string> {
  const names = [
    ...knownVariables(),
    ...Object.keys(env).filter((name) => NAMED_BY_OPERATOR.test(name)),
  ].sort();
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, withoutSecret(name, value)]];
    }),
  );
}

function withoutSecret(name: string, value: string): string {
  if (SECRET.test(name) || NAMED_BY_OPERATOR.test(name)) return '(set)';
  if (!URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.password === '' && url.search === '') return value;
  url.password = '';
  url.search = '';
  return url.href;
}

/** Those that the schemas ask for. */
function knownVariables(): Set<string> {
  const names = new Set<string>();
  const asked = new Proxy<Environment>(
    {},
    {
      get: (_, name) => {
        if (typeof name === 'string' && /^[A-Z][A-Z0-9_]*$/.test(name)) names.add(name);
        return undefined;
      },
    },
  );
  new AppConfig(asked);
  return names;
}
