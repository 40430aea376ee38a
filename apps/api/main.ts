import 'reflect-metadata';
import { Module, type DynamicModule } from '@nestjs/common';
import { runProcess, ConfigModule, type AppConfig } from '#libs/config';
import { DatabaseModule, migrate } from '#libs/database';
import { ObservabilityModule } from '#libs/observability';
import { QueueModule } from '#libs/queue';
import { ApiModule } from './api.module.js';
import { createApi, serve } from './create-api.js';

@Module({})
class ApiRoot {
  static of(config: AppConfig, databaseUrl: string): DynamicModule {
    return {
      module: ApiRoot,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule.forRoot(config.server.logLevel),
        DatabaseModule.forRoot(databaseUrl),
        QueueModule.forRoot(config.queue),
        ApiModule,
      ],
    };
  }
}

void runProcess(async (config) => {
  const databaseUrl = config.requireDatabaseUrl();
  config.requireRedisUrl();
  await migrate(databaseUrl);
  const app = await createApi(ApiRoot.of(config, databaseUrl), config);
  const url = await serve(app, config.server.port ?? 8000, config.server.host);
  return { url, close: () => app.close() };
});
