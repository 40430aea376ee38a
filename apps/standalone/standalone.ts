import { writeFile } from 'node:fs/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi } from '#apps/api';
import { AppError } from '#libs/common';
import type { AppConfig } from '#libs/config';
import { EmbeddedPostgres, migrate } from '#libs/database';
import { ShardStore } from '#libs/runs';
import { StandaloneModule } from './standalone.module.js';

const DEFAULT_PORT = 8000;
const PORTS_TRIED = 20;

export interface Standalone {
  url: string;
  close: () => Promise<void>;
}

/** Starts the whole service in this process; on an embedded Postgres unless DATABASE_URL names another. */
export async function startStandalone(
  config: AppConfig,
  say: (line: string) => void = console.log,
): Promise<Standalone> {
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
    const port = await listen(app, config);
    const url = `http://${config.server.host.includes(':') ? `[${config.server.host}]` : config.server.host}:${port}`;
    say(`AI Benchmark Service on ${url}, Swagger on ${url}/docs`);
    if (config.standalone.readyFile)
      await writeFile(config.standalone.readyFile, JSON.stringify({ url, pid: process.pid }));
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

/** On the wanted port; where nobody asked for one and 8000 is taken, on the next that is free. */
async function listen(app: NestFastifyApplication, { server }: AppConfig): Promise<number> {
  const ports =
    server.port === undefined
      ? Array.from({ length: PORTS_TRIED }, (_, i) => DEFAULT_PORT + i)
      : [server.port];
  for (const port of ports) {
    try {
      await app.listen(port, server.host);
      return (app.getHttpServer().address() as { port: number }).port;
    } catch (error) {
      if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    }
  }
  await app.close();
  throw new AppError(
    'unavailable',
    'port_in_use',
    `Port ${ports.join(', ')} on ${server.host} is taken. Stop what listens there, or set PORT to a free one (0 takes any).`,
  );
}
