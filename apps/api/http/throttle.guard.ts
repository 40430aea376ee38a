import { Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#libs/common';
import { AppConfig } from '#libs/config';
import { Metrics } from '#libs/observability';
import { FailOpenCounts } from './fail-open-counts.js';
import { budgetOf, spenderOf } from './request-budgets.js';

const MINUTE_MS = 60_000;

/** Refuses who has spent their budget. The access guard asks it, once it knows who it is or that it does not. */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  constructor(
    // Named, since what the base class names of its own would be taken otherwise.
    @Inject(FailOpenCounts) counts: FailOpenCounts,
    @Inject(Reflector) reflector: Reflector,
    private readonly config: AppConfig,
    private readonly metrics: Metrics,
  ) {
    // One throttler for all budgets, as every request is for one at most: it is counted once, and asked about once.
    super([{ limit: 0, ttl: MINUTE_MS }], counts, reflector);
  }

  /** On a machine of one's own there is nobody to share with. */
  protected override async shouldSkip(): Promise<boolean> {
    return this.config.auth.mode === 'local';
  }

  protected override async handleRequest({ context, ttl }: ThrottlerRequest): Promise<boolean> {
    const budget = budgetOf(context);
    if (budget === undefined) return true;
    const limit = this.config.requests.budgets[budget];
    const http = context.switchToHttp();
    const key = `${budget}:${spenderOf(http.getRequest<FastifyRequest>())}`;
    const counted = await this.storageService.increment(key, ttl, limit, 0, budget);
    const resetSeconds = counted.isBlocked ? counted.timeToBlockExpire : counted.timeToExpire;
    const reply = http.getResponse<FastifyReply>();
    void reply.headers({
      'ratelimit-limit': limit,
      'ratelimit-remaining': Math.max(0, limit - counted.totalHits),
      'ratelimit-reset': resetSeconds,
    });
    if (!counted.isBlocked) return true;
    this.metrics.requestsLimited.inc({ budget });
    void reply.header('retry-after', resetSeconds);
    throw new AppError(
      'too_many_requests',
      'rate_limited',
      `${limit} requests of this kind (${budget}) are let through in a minute. Come again in ${resetSeconds} s.`,
    );
  }
}
