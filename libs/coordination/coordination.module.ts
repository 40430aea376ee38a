import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ThrottlerStorageService } from '@nestjs/throttler';
import type { AppConfig } from '#libs/config';
import { InProcessRateWindows } from './in-process/in-process-rate-windows.js';
import { InProcessSharedCache } from './in-process/in-process-shared-cache.js';
import { InProcessSharedState } from './in-process/in-process-shared-state.js';
import { InProcessSignals } from './in-process/in-process-signals.js';
import { RateWindows } from './rate-windows.js';
import { RedisConnection } from './redis/redis-connection.js';
import { RedisRateWindows } from './redis/redis-rate-windows.js';
import { RedisRequestCounts } from './redis/redis-request-counts.js';
import { RedisSharedCache } from './redis/redis-shared-cache.js';
import { RedisSharedState } from './redis/redis-shared-state.js';
import { RedisSignals } from './redis/redis-signals.js';
import { RequestCounts } from './request-counts.js';
import { SharedCache } from './shared-cache.js';
import { SharedState } from './shared-state.js';
import { Signals } from './signals.js';

const IN_PROCESS: Provider[] = [
  { provide: SharedCache, useClass: InProcessSharedCache },
  { provide: SharedState, useClass: InProcessSharedState },
  { provide: Signals, useClass: InProcessSignals },
  { provide: RateWindows, useClass: InProcessRateWindows },
  { provide: RequestCounts, useClass: ThrottlerStorageService },
];

const onRedis = (url: string, prefix: string): Provider[] => [
  { provide: RedisConnection, useFactory: () => RedisConnection.open(url, prefix) },
  { provide: SharedCache, useClass: RedisSharedCache },
  { provide: SharedState, useClass: RedisSharedState },
  { provide: Signals, useClass: RedisSignals },
  { provide: RateWindows, useClass: RedisRateWindows },
  { provide: RequestCounts, useClass: RedisRequestCounts },
];

@Global()
@Module({})
export class CoordinationModule {
  /** `redisUrl` set means that Redis, with the queue's prefix; unset means this process alone. */
  static forRoot({ redisUrl, prefix }: Pick<AppConfig['queue'], 'redisUrl' | 'prefix'>): DynamicModule {
    return {
      module: CoordinationModule,
      providers: redisUrl === undefined ? IN_PROCESS : onRedis(redisUrl, prefix),
      exports: [SharedCache, SharedState, Signals, RateWindows, RequestCounts],
    };
  }
}
