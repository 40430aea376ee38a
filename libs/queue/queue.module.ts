import { Global, Module, type DynamicModule, type OnApplicationShutdown, Injectable } from '@nestjs/common';
import { BullModule, getQueueToken } from '@nestjs/bull';
import type { Queue } from 'bull';
import type { AppConfig } from '#libs/config';
import { BullQueue } from './bull/bull-queue.js';
import { InProcessQueue } from './in-process/in-process-queue.js';
import { RunQueue } from './run-queue.js';

@Injectable()
class QueueCloser implements OnApplicationShutdown {
  constructor(private readonly queue: RunQueue) {}

  onApplicationShutdown(): Promise<void> {
    return this.queue.close();
  }
}

@Global()
@Module({ providers: [QueueCloser] })
export class QueueModule {
  /** `redisUrl` set means Bull on that Redis; unset means the in-process queue. */
  static forRoot({ redisUrl, prefix }: AppConfig['queue']): DynamicModule {
    if (redisUrl === undefined) {
      const queue = { provide: RunQueue, useClass: InProcessQueue };
      return { module: QueueModule, providers: [queue], exports: [RunQueue] };
    }
    return {
      module: QueueModule,
      imports: [
        BullModule.forRoot({
          url: redisUrl,
          prefix,
          settings: { lockDuration: 60_000, stalledInterval: 120_000, maxStalledCount: 3 },
        }),
        BullModule.registerQueue({ name: 'shard' }),
      ],
      providers: [
        {
          provide: RunQueue,
          inject: [getQueueToken('shard')],
          useFactory: (shard: Queue) => new BullQueue({ shard }),
        },
      ],
      exports: [RunQueue],
    };
  }
}
