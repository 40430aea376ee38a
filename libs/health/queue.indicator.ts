import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { RunQueue } from '#libs/queue';
import { withinReadyTime } from './within-ready-time.js';

@Injectable()
export class QueueIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly queue: RunQueue,
  ) {}

  async check(key: string): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(key);
    try {
      await withinReadyTime(this.queue.ping());
      return indicator.up();
    } catch {
      return indicator.down('Redis does not answer.');
    }
  }
}
