import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import { describeWithRedis } from '#test/support/redis';
import { startRedis, type RedisServer } from '#test/support/redis-server';
import type { CallLimit } from './call-limit.js';
import { startProcesses, storedLimit, type Processes } from './testing/processes.js';

const never = new AbortController().signal;
setMaxListeners(0, never);

describeWithRedis('CallLimiter when Redis is away', () => {
  let server: RedisServer;
  let processes: Processes;
  beforeAll(async () => void (server = (await startRedis())!));
  afterAll(() => server.stop());
  afterEach(() => processes.close());

  const limitsOf = async (key: string): Promise<CallLimit[]> => {
    processes = await startProcesses(2, {}, { url: server.url, prefix: newId() });
    return processes.limiters.map((limiter) => limiter.limit({ key, label: 'x', fixed: 6 }));
  };
  const restart = async (): Promise<void> => {
    server = (await startRedis('noeviction', Number(new URL(server.url).port)))!;
  };

  /** Calls in all processes, as fast as they come; `calls` counts them. */
  const load = (limits: CallLimit[]) => {
    const calls = limits.map(() => 0);
    let stopped = false;
    const lanes = limits.flatMap((limit, who) =>
      Array.from({ length: 8 }, async () => {
        while (!stopped) {
          const permit = await limit.acquire({ tokens: 1 }, never);
          await sleep(2);
          calls[who]!++;
          permit.done({ kind: 'success' });
        }
      }),
    );
    return {
      /** Waits until every process has made so many more calls. */
      more: async (count: number): Promise<void> => {
        const before = [...calls];
        await vi.waitFor(
          () => calls.forEach((made, who) => expect(made - before[who]!).toBeGreaterThanOrEqual(count)),
          20_000,
        );
      },
      stop: async (): Promise<void> => {
        stopped = true;
        await Promise.all(lanes);
      },
    };
  };
  const allotments = (limits: CallLimit[]) => limits.map((limit) => limit.snapshot().allotment);
  const shareAgain = (limits: CallLimit[]): Promise<void> =>
    vi.waitFor(() => expect(allotments(limits)).toEqual([3, 3]), 20_000);

  it('goes on with the shares that there are, says so once, and shares again when it is back', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const key = newId();
    const limits = await limitsOf(key);
    const calls = load(limits);
    await shareAgain(limits);
    await server.stop();
    await calls.more(1000);
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2), 20_000);
    await calls.more(1000);
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(/^Limits of calls are not shared .* last share: /),
    );
    expect(allotments(limits)).toEqual([3, 3]);
    await restart();
    await vi.waitFor(async () => {
      const { limit } = await storedLimit(processes.state, key);
      expect(Object.values(limit!.members)).toMatchObject([{ holding: 3 }, { holding: 3 }]);
    }, 20_000);
    await calls.more(100);
    await shareAgain(limits);
    await calls.stop();
    warn.mockRestore();
  });

  it('makes one call at a time where it never had a share', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const limits = await limitsOf(newId());
    await server.stop();
    const calls = load(limits);
    await calls.more(10);
    expect(allotments(limits)).toEqual([1, 1]);
    await restart();
    await shareAgain(limits);
    await calls.stop();
    expect(warn).toHaveBeenCalled();
    warn.mockRestore();
  });

  it('goes on when everything in Redis is lost', async () => {
    const limits = await limitsOf(newId());
    const calls = load(limits);
    await shareAgain(limits);
    const client = new Redis(server.url);
    await client.flushall();
    await calls.more(1000);
    await shareAgain(limits);
    await client.flushall();
    await calls.stop();
    client.disconnect();
    expect(limits.map((limit) => limit.snapshot().inFlight)).toEqual([0, 0]);
  });

  it('does not care what the clocks of processes say', async () => {
    const limits = await limitsOf(newId());
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(Math.random() * 4e12));
    const calls = load(limits);
    await calls.more(300);
    await shareAgain(limits);
    const permit = await limits[0]!.acquire({ tokens: 1 }, never);
    permit.done({ kind: 'rate_limited', retryAfterMs: 200 });
    await vi.waitFor(() => expect(limits.map((limit) => limit.snapshot().limit)).toEqual([4, 4]), 10_000);
    await calls.more(300);
    expect(limits.map((limit) => limit.snapshot().blockedUntilMs)).toEqual([null, null]);
    await calls.stop();
    clock.mockRestore();
  });
});
