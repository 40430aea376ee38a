import { Injectable, Logger } from '@nestjs/common';
import { ThrottlerStorageService, type ThrottlerStorage } from '@nestjs/throttler';
import { messageOf } from '#libs/common';
import { RequestCounts } from '#libs/coordination';
import { Metrics } from '#libs/observability';

/** How long nobody asks a store that did not answer: one that hangs costs its first caller a second. */
const LEFT_ALONE_MS = 1000;

/** Counts for all processes, and while the store of that is away for this process alone: no request fails for it. */
@Injectable()
export class FailOpenCounts implements ThrottlerStorage {
  private readonly logger = new Logger(FailOpenCounts.name);
  private readonly own = new ThrottlerStorageService();
  private away = false;
  private askAgainAt = 0;

  constructor(
    private readonly shared: RequestCounts,
    private readonly metrics: Metrics,
  ) {}

  async increment(...request: Parameters<ThrottlerStorage['increment']>) {
    if (Date.now() >= this.askAgainAt) {
      try {
        const counted = await this.shared.increment(...request);
        if (this.away) this.logger.log('Requests are counted for all processes again.');
        this.away = false;
        return counted;
      } catch (error) {
        this.askAgainAt = Date.now() + LEFT_ALONE_MS;
        if (!this.away)
          this.logger.warn(
            `Each process counts requests for itself, since Redis is away: ${messageOf(error)}`,
          );
        this.away = true;
      }
    }
    this.metrics.requestsCountedAlone.inc();
    return this.own.increment(...request);
  }
}
