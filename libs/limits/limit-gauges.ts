import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '#libs/observability';
import { CallLimiter } from './call-limiter.js';
import type { LimitSnapshot } from './call-limit.js';

/** Fills the gauges of limits when somebody scrapes them. */
@Injectable()
export class LimitGauges implements OnModuleInit {
  constructor(
    private readonly limiter: CallLimiter,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.fill('agentConcurrencyLimit', ({ limit }) => limit);
    this.fill('agentCallsInFlight', ({ inFlight }) => inFlight);
  }

  private fill(
    name: 'agentConcurrencyLimit' | 'agentCallsInFlight',
    valueOf: (limit: LimitSnapshot) => number,
  ): void {
    const gauge = this.metrics[name];
    const collect = (): void => {
      gauge.reset();
      // Added up, where two limits have the same label.
      for (const limit of this.limiter.snapshots()) gauge.inc({ key: limit.label }, valueOf(limit));
    };
    Object.assign(gauge, { collect });
  }
}
