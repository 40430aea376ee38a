import { Module, type DynamicModule } from '@nestjs/common';
import { ApiModule } from '#apps/api';
import { WorkerModule } from '#apps/worker';
import { ConfigModule, type AppConfig } from '#libs/config';
import { CoordinationModule } from '#libs/coordination';
import { DatabaseModule } from '#libs/database';
import { LimitsModule } from '#libs/limits';
import { ObservabilityModule } from '#libs/observability';
import { QueueModule } from '#libs/queue';
import { VaultModule, type MasterKeys } from '#libs/vault';

/** Api and worker in one process, on the in-process queue unless REDIS_URL is set. */
@Module({})
export class StandaloneModule {
  /** @param withWorker false: it answers requests, and neither continues runs nor sends anything to anybody. */
  static of(
    config: AppConfig,
    databaseUrl: string,
    masterKeys: MasterKeys,
    { withWorker = true } = {},
  ): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        ConfigModule.forRoot(config),
        ObservabilityModule.forRoot(config.server.logLevel, { ...config.tracing, service: 'standalone' }),
        DatabaseModule.forRoot(databaseUrl),
        QueueModule.forRoot(config.queue),
        CoordinationModule.forRoot(config.queue),
        LimitsModule.forRoot(config),
        VaultModule.forRoot(masterKeys),
        ApiModule,
        ...(withWorker ? [WorkerModule] : []),
      ],
    };
  }
}
