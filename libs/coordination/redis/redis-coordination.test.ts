import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithRedis } from '#test/support/redis';
import { startRedis, type RedisServer } from '#test/support/redis-server';
import { rateWindowsContract } from '../testing/rate-windows.contract.js';
import { sharedStateContract } from '../testing/shared-state.contract.js';
import { signalsContract } from '../testing/signals.contract.js';
import { RedisConnection } from './redis-connection.js';
import { RedisRateWindows } from './redis-rate-windows.js';
import { RedisSharedState } from './redis-shared-state.js';
import { RedisSignals } from './redis-signals.js';

const count = (state: { n: number } | undefined) => ({
  state: { n: (state?.n ?? 0) + 1 },
  result: (state?.n ?? 0) + 1,
});

describeWithRedis('Redis', ({ url, prefix }) => {
  let connections: RedisConnection[] = [];
  let states: RedisSharedState[] = [];
  let signals: RedisSignals[] = [];
  let windows: RedisRateWindows[] = [];
  beforeAll(async () => {
    connections = await Promise.all([1, 2, 3].map(() => RedisConnection.open(url, prefix)));
    states = connections.map((connection) => new RedisSharedState(connection));
    signals = connections.map((connection) => new RedisSignals(connection));
    windows = connections.map((connection) => new RedisRateWindows(connection));
  });
  afterAll(() => connections.forEach((connection) => connection.onApplicationShutdown()));

  sharedStateContract('Redis', () => states);
  signalsContract('Redis', () => signals);
  rateWindowsContract('Redis', () => windows);

  it('spends two commands on an update that nobody interferes with', async () => {
    const monitor = await new Redis(url).monitor();
    const seen: string[] = [];
    monitor.on('monitor', (_time: string, [command, ...rest]: string[], source: string) => {
      if (source !== 'lua' && rest.includes(`${prefix}:state:quiet`)) seen.push(command!);
      if (rest.includes(`${prefix}:state:end`)) seen.push('end');
    });
    await states[0]!.update('quiet', 60, count);
    await states[0]!.update('end', 60, count);
    await vi.waitFor(() => expect(seen).toContain('end'), 10_000);
    expect(seen.slice(0, seen.indexOf('end'))).toEqual(['eval', 'eval']);
    monitor.disconnect();
  });

  it('puts everything under the prefix, to expire', async () => {
    await states[0]!.update('key', 60, count);
    await windows[0]!.window('key', 5, 60).take(1);
    const client = new Redis(url);
    const keys = (await client.keys(`${prefix}*:key`)).toSorted();
    expect(keys).toEqual([`${prefix}:state:key`, `${prefix}:window:key`]);
    for (const key of keys) expect(await client.ttl(key)).toBeGreaterThan(0);
    client.disconnect();
  });
});

describeWithRedis('Redis that goes away and comes back', () => {
  let server: RedisServer | undefined;
  let connection: RedisConnection;
  const stop = async (): Promise<void> => {
    await server?.stop();
    await vi.waitFor(() => expect(connection.commands.status).not.toBe('ready'), 10_000);
  };
  const start = async (): Promise<void> => {
    server = await startRedis('noeviction', Number(new URL(server!.url).port));
  };
  beforeAll(async () => {
    server = await startRedis();
    connection = await RedisConnection.open(server!.url, 'test');
  });
  afterAll(async () => {
    connection.onApplicationShutdown();
    await server?.stop();
  });

  it('fails updates at once while it is away, and then begins anew', async () => {
    const state = new RedisSharedState(connection);
    expect(await state.update('key', 60, count)).toBe(1);
    await stop();
    await expect(state.update('key', 60, count)).rejects.toThrow();
    await start();
    await vi.waitFor(async () => expect(await state.update('key', 60, count)).toBe(1), 10_000);
  });

  it('drops signals while it is away, and then reaches old and new listeners', async () => {
    const signals = new RedisSignals(connection);
    const [before, during] = [vi.fn(), vi.fn()];
    signals.subscribe('topic', before);
    await vi.waitFor(() => {
      signals.publish('topic', 'before');
      expect(before).toHaveBeenCalledWith('before');
    }, 10_000);
    await stop();
    signals.publish('topic', 'lost');
    signals.subscribe('topic', during);
    signals.subscribe('other', during);
    await start();
    await vi.waitFor(() => {
      signals.publish('topic', 'after');
      signals.publish('other', 'after, too');
      expect(before).toHaveBeenCalledWith('after');
      expect(during).toHaveBeenCalledWith('after');
      expect(during).toHaveBeenCalledWith('after, too');
    }, 10_000);
    expect(before).not.toHaveBeenCalledWith('lost');
  });

  it('counts rates in the process while it is away', async () => {
    const window = new RedisRateWindows(connection).window('key', 2, 60);
    await window.take(2);
    await stop();
    expect(await window.take(2)).toMatchObject({ granted: true });
    expect(await window.take(1)).toMatchObject({ granted: false });
    window.correct(-1);
    expect(await window.take(1)).toMatchObject({ granted: true });
    await start();
  });

  it('opens while it is away, and works once it is there', async () => {
    await stop();
    const late = await RedisConnection.open(server!.url, 'test');
    const state = new RedisSharedState(late);
    await expect(state.update('late', 60, count)).rejects.toThrow();
    await start();
    await vi.waitFor(async () => expect(await state.update('late', 60, count)).toBe(1), 10_000);
    late.onApplicationShutdown();
  });
});
