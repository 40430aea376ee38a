import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { messageOf } from '#libs/common';
import type { RateWindows, SharedState } from '#libs/coordination';
import { CallLimit, type CallLimitSpec, type LimitSnapshot } from './call-limit.js';
import type { LimitOptions } from './limit-options.js';

const WARN_EVERY_MS = 60_000;

/** Gives each key its limit, which this process shares with all others. */
export class CallLimiter implements OnApplicationShutdown {
  private readonly logger = new Logger(CallLimiter.name);
  /** One that was dropped while in use and made again is another member of the same limit. */
  private readonly limits = new LRUCache<string, CallLimit>({ max: 1000 });
  private warnedAt = -Infinity;

  constructor(
    private readonly state: SharedState,
    private readonly windows: RateWindows,
    private readonly options: LimitOptions,
  ) {}

  limit(spec: CallLimitSpec): CallLimit {
    let limit = this.limits.get(spec.key);
    if (!limit) {
      limit = new CallLimit(spec, this.options, this.state, this.windows, (error) => this.warn(error));
      this.limits.set(spec.key, limit);
    }
    return limit;
  }

  snapshots(): LimitSnapshot[] {
    return [...this.limits.values()].map((limit) => limit.snapshot());
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.limits.values()].map((limit) => limit.leave()));
  }

  private warn(error: unknown): void {
    if (performance.now() - this.warnedAt < WARN_EVERY_MS) return;
    this.warnedAt = performance.now();
    this.logger.warn(
      `Limits of calls are not shared with other processes for now, each keeps its last share: ${messageOf(error)}`,
    );
  }
}
