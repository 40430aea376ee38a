import { createServer } from 'node:net';
import { once } from 'node:events';
import { createApi, serve } from '#apps/api';
import { AppError, messageOf } from '#libs/common';
import type { AppConfig, RunningService } from '#libs/config';
import { EmbeddedPostgres, migrate } from '#libs/database';
import { ShardStore } from '#libs/runs';
import { StandaloneModule } from './standalone.module.js';

const DEFAULT_PORT = 8000;
const PORTS_TRIED = 20;

/** Starts the whole service in this process; on an embedded Postgres unless DATABASE_URL names another. */
export async function startStandalone(
  config: AppConfig,
  say: (line: string) => void = console.log,
): Promise<RunningService> {
  const postgres =
    config.database.url === undefined
      ? await EmbeddedPostgres.start({ root: config.standalone.dataDir, log: say })
      : undefined;
  try {
    const databaseUrl = config.database.url ?? postgres?.url() ?? '';
    await migrate(databaseUrl);
    const app = await createApi(StandaloneModule.of(config, databaseUrl), config);
    // Alone on this Postgres: whoever held a lease is dead, and waiting for the lease to run out helps nobody.
    if (postgres) await app.get(ShardStore).releaseAll();
    const url = await serve(app, await freePort(config), config.server.host);
    say(`AI Benchmark Service on ${url}, Swagger on ${url}/docs`);
    return {
      url,
      close: async () => {
        await app.close();
        await postgres?.stop();
      },
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

/** The wanted port; where nobody asked for one and 8000 is taken, the next that is free. */
async function freePort({ server }: AppConfig): Promise<number> {
  const ports =
    server.port === undefined
      ? Array.from({ length: PORTS_TRIED }, (_, i) => DEFAULT_PORT + i)
      : [server.port];
  for (const port of ports) if (await isFree(port, server.host)) return port;
  throw new AppError(
    'unavailable',
    'port_in_use',
    `Port ${ports.join(', ')} on ${server.host} is taken. Stop what listens there, or set PORT to a free one (0 takes any).`,
  );
}

async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EADDRINUSE') return false;
    throw new AppError(
      'unavailable',
      'cannot_listen',
      `Cannot listen on ${host}: ${messageOf(error)}. Check HOST and PORT.`,
    );
  } finally {
    probe.close();
  }
}
