import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the command line takes from the environment; an empty variable is an unset one. */
export interface CliEnvironment {
  /** AIBENCH_URL, AIBENCH_API_KEY: they win over the configuration file. */
  url: string | undefined;
  apiKey: string | undefined;
  configFile: string;
  /** Of the service that --local starts. */
  dataDir: string;
  /** LOCAL_OPENAI_BASE_URL, LOCAL_OPENAI_MODEL: the server behind `--agent local`. */
  localBaseUrl: string | undefined;
  localModel: string | undefined;
  /** As the CI names it; a pull request's own branch, not the one it is merged into. */
  branch: string | undefined;
}

export function readEnvironment(env = process.env): CliEnvironment {
  const home = (variable: string, fallback: string): string =>
    join(env[variable] || join(homedir(), fallback), 'aibench');
  return {
    url: env['AIBENCH_URL'] || undefined,
    apiKey: env['AIBENCH_API_KEY'] || undefined,
    configFile: join(home('XDG_CONFIG_HOME', '.config'), 'config.json'),
    dataDir: env['DATA_DIR'] || home('XDG_DATA_HOME', '.local/share'),
    localBaseUrl: env['LOCAL_OPENAI_BASE_URL'] || undefined,
    localModel: env['LOCAL_OPENAI_MODEL'] || undefined,
    branch: env['GITHUB_HEAD_REF'] || env['GITHUB_REF_NAME'] || env['CI_COMMIT_REF_NAME'] || undefined,
  };
}
