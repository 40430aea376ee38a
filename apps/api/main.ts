import 'reflect-metadata';
import { Module, type DynamicModule } from '@nestjs/common';
import { freePort, runProcess, ConfigModule, type AppConfig } from '#libs/config';
import { CoordinationModule } from '#libs/coordination';
import { DatabaseModule, migrate } from '#libs/database';
import { LimitsModule } from '#libs/limits';
import { ObservabilityModule } from '#libs/observability';
import { checkRedis, QueueModule } from '#libs/queue';
import { MasterKeys, VaultModule } from '#libs/vault';
import { ApiModule } from './api.module.js';
import { announceSetup, createApi, serve } from './create-api.js';

@Module({})
class ApiRoot {
  static of(config: AppConfig, databaseUrl: string): DynamicModule {
    return {
      module: ApiRoot,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule.forRoot(config.server.logLevel, { ...config.tracing, service: 'api' }),
        DatabaseModule.forRoot(databaseUrl),
        QueueModule.forRoot(config.queue),
        CoordinationModule.forRoot(config.queue),
        LimitsModule.forRoot(config),
        VaultModule.forRoot(new MasterKeys(config.vault.keys)),
        ApiModule,
      ],
    };
  }
}

void runProcess(async (config) => {
  const databaseUrl = config.requireDatabaseUrl();
  config.requireAuthKeys();
  await checkRedis(config.requireRedisUrl());
  await migrate(databaseUrl);
  const app = await createApi(ApiRoot.of(config, databaseUrl), config);
  const { port = 8000, host } = config.server;
  const url = await serve(app, await freePort([port], host), host);
  await announceSetup(app, url, console.log);
  return { url, close: () => app.close() };
});
