import { announceSetup, createApi, serve } from '#apps/api';
import { freePort, type AppConfig, type RunningService } from '#libs/config';
import { EmbeddedPostgres, migrate } from '#libs/database';
import { checkRedis } from '#libs/queue';
import { ShardStore } from '#libs/runs';
import { ensureMasterKeys } from '#libs/vault';
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
    if (config.queue.redisUrl !== undefined) await checkRedis(config.queue.redisUrl);
    const databaseUrl = config.database.url ?? postgres?.url() ?? '';
    await migrate(databaseUrl);
    const app = await createApi(
      StandaloneModule.of(config, databaseUrl, await ensureMasterKeys(config)),
      config,
    );
    // Alone on this Postgres: whoever held a lease is dead, and waiting for the lease to run out helps nobody.
    if (postgres) await app.get(ShardStore).releaseAll();
    const { host } = config.server;
    const url = await serve(app, await freePort(portsOf(config), host), host);
    say(`AI Benchmark Service on ${url} (dashboard), Swagger on ${url}/docs`);
    await announceSetup(app, url, say);
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

/** The wanted port; where nobody asked for one, 8000 or one of the next. */
const portsOf = ({ server }: AppConfig): number[] =>
  server.port === undefined ? Array.from({ length: PORTS_TRIED }, (_, i) => DEFAULT_PORT + i) : [server.port];
