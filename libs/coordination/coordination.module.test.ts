import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { CoordinationModule, RateWindows, SharedState, Signals } from '#libs/coordination';
import { describeWithRedis } from '#test/support/redis';
import { InProcessRateWindows } from './in-process/in-process-rate-windows.js';
import { InProcessSharedState } from './in-process/in-process-shared-state.js';
import { InProcessSignals } from './in-process/in-process-signals.js';

const start = (redisUrl: string | undefined, prefix: string) =>
  NestFactory.createApplicationContext(CoordinationModule.forRoot({ redisUrl, prefix }), { logger: false });

it('stays in the process without REDIS_URL', async () => {
  const app = await start(undefined, 'x');
  expect(app.get(SharedState)).toBeInstanceOf(InProcessSharedState);
  expect(app.get(Signals)).toBeInstanceOf(InProcessSignals);
  expect(app.get(RateWindows)).toBeInstanceOf(InProcessRateWindows);
  await app.close();
});

describeWithRedis('CoordinationModule', ({ url, prefix }) => {
  it('shares through Redis from its start on, over two connections, and closes them', async () => {
    const client = new Redis(url);
    const apps = await Promise.all([start(url, prefix), start(url, prefix)]);
    // Other suites use the same server.
    const connections = async () =>
      ((await client.client('LIST')) as string).split('\n').filter((line) => line.includes(`name=${prefix}`));
    const heard = vi.fn();
    apps[0].get(Signals).subscribe('topic', heard);
    await vi.waitFor(() => {
      apps[1].get(Signals).publish('topic', 'hello');
      expect(heard).toHaveBeenCalledWith('hello');
    }, 10_000);
    for (const [index, app] of apps.entries()) {
      const seen = await app.get(SharedState).update('key', 60, (state: { n: number } | undefined) => ({
        state: { n: (state?.n ?? 0) + 1 },
        result: state?.n ?? 0,
      }));
      expect(seen).toBe(index);
      expect(await app.get(RateWindows).window('key', 1, 60).take(1)).toMatchObject({ granted: index === 0 });
    }
    expect(await connections()).toHaveLength(3);
    await Promise.all(apps.map((app) => app.close()));
    await vi.waitFor(async () => expect(await connections()).toEqual([]), 10_000);
    client.disconnect();
  });
});
