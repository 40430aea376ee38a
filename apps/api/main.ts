import 'reflect-metadata';
import { Module, type DynamicModule } from '@nestjs/common';
import { runProcess } from '#libs/common';
import { AppConfig, ConfigModule, readEnvironment } from '#libs/config';
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
        QueueModule.forRoot(config.queue.redisUrl),
        ApiModule,
      ],
    };
  }
}

void runProcess(async () => {
  const config = new AppConfig(readEnvironment());
  const databaseUrl = config.requireDatabaseUrl();
  config.requireRedisUrl();
  await migrate(databaseUrl);
  const app = await createApi(ApiRoot.of(config, databaseUrl), config);
  await serve(app, config.server.port ?? 8000, config.server.host);
  return app;
});
