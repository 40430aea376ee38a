import { RateLimiterMemory } from 'rate-limiter-flexible';
import { FlexibleRateWindow } from '../flexible-rate-window.js';
import { RateWindows, type RateWindow } from '../rate-windows.js';

/** The windows of one process. */
export class InProcessRateWindows extends RateWindows {
  /** By size; each forgets a key when its window ends. */
  private readonly limiters = new Map<string, RateLimiterMemory>();

  window(key: string, points: number, seconds: number): RateWindow {
    const size = `${points}/${seconds}`;
    const limiter = this.limiters.get(size) ?? new RateLimiterMemory({ points, duration: seconds });
    this.limiters.set(size, limiter);
    return new FlexibleRateWindow(limiter, key);
  }
}
