import 'reflect-metadata';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { freePort, runProcess, ConfigModule, type AppConfig } from '#libs/config';
import { CoordinationModule } from '#libs/coordination';
import { DatabaseModule, migrate } from '#libs/database';
import { HealthModule } from '#libs/health';
import { LimitsModule } from '#libs/limits';
import { guardOperations, Logger, ObservabilityModule } from '#libs/observability';
import { checkRedis, QueueModule } from '#libs/queue';
import { MasterKeys, VaultModule } from '#libs/vault';
import { WorkerModule } from './worker.module.js';

@Module({})
class WorkerRoot {
  static of(config: AppConfig, databaseUrl: string): DynamicModule {
    return {
      module: WorkerRoot,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule.forRoot(config.server.logLevel, { ...config.tracing, service: 'worker' }),
        DatabaseModule.forRoot(databaseUrl),
        QueueModule.forRoot(config.queue),
        CoordinationModule.forRoot(config.queue),
        LimitsModule.forRoot(config),
        VaultModule.forRoot(new MasterKeys(config.vault.keys)),
        HealthModule,
        WorkerModule,
      ],
    };
  }
}

void runProcess(async (config) => {
  const databaseUrl = config.requireDatabaseUrl();
  await checkRedis(config.requireRedisUrl());
  await migrate(databaseUrl);
  const app = await NestFactory.create<NestFastifyApplication>(
    WorkerRoot.of(config, databaseUrl),
    new FastifyAdapter(),
    { logger: ['fatal', 'error', 'warn'], abortOnError: false },
  );
  guardOperations(app.getHttpAdapter().getInstance(), config.server.operationsToken);
  await app.init();
  app.useLogger(app.get(Logger));
  const { workerPort, host } = config.server;
  await app.listen(await freePort([workerPort], host), host);
  return { url: await app.getUrl(), close: () => app.close() };
});
