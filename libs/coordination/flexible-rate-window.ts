import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { RateWindow, Taken } from './rate-windows.js';

/** A window kept by rate-limiter-flexible, wherever that keeps it. */
export class FlexibleRateWindow implements RateWindow {
  constructor(
    private readonly limiter: RateLimiterAbstract,
    private readonly key: string,
  ) {}

  async take(points: number): Promise<Taken> {
    try {
      const { msBeforeNext } = await this.limiter.consume(this.key, points);
      return { granted: true, endsInMs: msBeforeNext };
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      // The library counts what it refuses, too.
      this.correct(-points);
      return { granted: false, endsInMs: refusal.msBeforeNext };
    }
  }

  correct(points: number): void {
    void (points > 0 ? this.limiter.penalty(this.key, points) : this.limiter.reward(this.key, -points));
  }
}
