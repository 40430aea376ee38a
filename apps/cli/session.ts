import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { connect, type Api, type Server } from './api/client.js';
import { readConfigFile } from './config-file.js';
import { readEnvironment, type CliEnvironment } from './environment.js';
import { LocalService } from './local-service.js';
import { Output } from './output.js';

/** Options that every command has. */
export interface GlobalOptions {
  url?: string;
  local?: true;
  json?: true;
}

/** What a command works with. */
export interface Session {
  api: Api;
  server: Server;
  out: Output;
  environment: CliEnvironment;
  /** That --local started. */
  local: LocalService | undefined;
}

const DEFAULT_URL = 'http://127.0.0.1:8000';

/** Runs `action` against the server that the command line means, which with --local lives as long as the action. */
export async function withSession(
  command: Command,
  action: (session: Session) => Promise<void>,
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const environment = readEnvironment();
  const out = new Output(options.json ?? false);
  const local = options.local ? await startLocal(environment.dataDir, out) : undefined;
  try {
    const server = local ? { url: local.url } : await chooseServer(options, environment);
    await action({ api: connect(server), server, out, environment, local });
  } finally {
    await local?.stop();
  }
}

/** The key of the file goes only to the server that it was stored with. */
export async function chooseServer(options: GlobalOptions, environment: CliEnvironment): Promise<Server> {
  const stored = await readConfigFile(environment.configFile);
  const url = (options.url ?? environment.url ?? stored?.url ?? DEFAULT_URL).replace(/\/+$/, '');
  const storedKey = stored?.url === url ? (stored.api_key ?? undefined) : undefined;
  return { url, apiKey: environment.apiKey ?? storedKey };
}

/** Postgres and the queue of its own, whatever DATABASE_URL and REDIS_URL mean to the project that it is called from. */
export const localEnvironment = (dataDir: string): Record<string, string> => ({
  AUTH_MODE: 'local',
  HOST: '127.0.0.1',
  PORT: '0',
  DATA_DIR: dataDir,
  DATABASE_URL: '',
  REDIS_URL: '',
});

async function startLocal(dataDir: string, out: Output): Promise<LocalService> {
  await mkdir(dataDir, { recursive: true });
  out.note(`Starting a local service; its data are in ${dataDir} …`);
  return LocalService.start(localEnvironment(dataDir));
}
