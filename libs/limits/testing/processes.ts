import { NestFactory } from '@nestjs/core';
import { CoordinationModule, RateWindows, SharedState } from '#libs/coordination';
import type { LimitState } from '../adaptive-limit.js';
import { CallLimiter } from '../call-limiter.js';
import { LIMIT_DEFAULTS, type LimitOptions } from '../limit-options.js';

export const OPTIONS: LimitOptions = { ...LIMIT_DEFAULTS, start: 20, ceiling: 100 };

/** What stands for some processes: on Redis each has its own connection, without it they share one memory. */
export interface Processes {
  limiters: CallLimiter[];
  state: SharedState;
  close(): Promise<void>;
}

export async function startProcesses(
  count: number,
  options: Partial<LimitOptions>,
  redis?: { url: string; prefix: string },
): Promise<Processes> {
  const start = () =>
    NestFactory.createApplicationContext(
      CoordinationModule.forRoot({ redisUrl: redis?.url, prefix: redis?.prefix ?? '' }),
      { logger: false },
    );
  const apps = await Promise.all(Array.from({ length: redis ? count : 1 }, start));
  const limiters = Array.from({ length: count }, (_, index) => {
    const app = apps[index % apps.length]!;
    return new CallLimiter(app.get(SharedState), app.get(RateWindows), { ...OPTIONS, ...options });
  });
  return {
    limiters,
    state: apps[0]!.get(SharedState),
    close: async () => {
      await Promise.all(limiters.map((limiter) => limiter.onApplicationShutdown()));
      await Promise.all(apps.map((app) => app.close()));
    },
  };
}

/** What is stored of a limit, and the time of the store. */
export function storedLimit(state: SharedState, key: string): Promise<{ limit?: LimitState; now: number }> {
  return state.update<LimitState, { limit?: LimitState; now: number }>(`limit:${key}`, 60, (limit, now) => ({
    state: limit as LimitState,
    result: { limit, now },
  }));
}
