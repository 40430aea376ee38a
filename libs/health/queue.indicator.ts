import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { within } from '#libs/common';
import { RunQueue } from '#libs/queue';
import { READY_MS } from './ready-ms.js';

@Injectable()
export class QueueIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly queue: RunQueue,
  ) {}

  async check(key: string): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(key);
    try {
      await within(READY_MS, this.queue.ping());
      return indicator.up();
    } catch {
      return indicator.down('Redis does not answer.');
    }
  }
}
