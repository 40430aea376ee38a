import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { FlexibleRateWindow } from '../flexible-rate-window.js';
import { RateWindows, type RateWindow } from '../rate-windows.js';
import { RedisConnection } from './redis-connection.js';

/** The windows of many processes. While Redis is away each process counts its own. */
@Injectable()
export class RedisRateWindows extends RateWindows {
  constructor(private readonly connection: RedisConnection) {
    super();
  }

  window(key: string, points: number, seconds: number): RateWindow {
    const limiter = new RateLimiterRedis({
      storeClient: this.connection.commands,
      keyPrefix: '',
      points,
      duration: seconds,
      insuranceLimiter: new RateLimiterMemory({ points, duration: seconds }),
    });
    return new FlexibleRateWindow(limiter, this.connection.name('window', key));
  }
}
