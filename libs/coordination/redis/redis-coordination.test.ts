import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithRedis } from '#test/support/redis';
import { startRedis, type RedisServer } from '#test/support/redis-server';
import { rateWindowsContract } from '../testing/rate-windows.contract.js';
import { sharedCacheContract } from '../testing/shared-cache.contract.js';
import { sharedStateContract } from '../testing/shared-state.contract.js';
import { signalsContract } from '../testing/signals.contract.js';
import { RedisConnection } from './redis-connection.js';
import { RedisRateWindows } from './redis-rate-windows.js';
import { RedisSharedCache } from './redis-shared-cache.js';
import { RedisSharedState } from './redis-shared-state.js';
import { RedisSignals } from './redis-signals.js';

const count = (state: { n: number } | undefined) => ({
  state: { n: (state?.n ?? 0) + 1 },
  result: (state?.n ?? 0) + 1,
});

describeWithRedis('Redis', ({ url, prefix }) => {
  let connections: RedisConnection[] = [];
  let caches: RedisSharedCache[] = [];
  let states: RedisSharedState[] = [];
  let signals: RedisSignals[] = [];
  let windows: RedisRateWindows[] = [];
  beforeAll(async () => {
    connections = await Promise.all([1, 2, 3].map(() => RedisConnection.open(url, prefix)));
    caches = connections.map((connection) => new RedisSharedCache(connection));
    states = connections.map((connection) => new RedisSharedState(connection));
    signals = connections.map((connection) => new RedisSignals(connection));
    windows = connections.map((connection) => new RedisRateWindows(connection));
  });
  afterAll(() => connections.forEach((connection) => connection.onApplicationShutdown()));

  sharedCacheContract('Redis', () => caches);
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
    await caches[0]!.get('group', 'key', 60, () => Promise.resolve(1));
    const client = new Redis(url);
    const generation = await client.get(`${prefix}:cache:group`);
    const keys = (await client.keys(`${prefix}*:key`)).toSorted();
    expect(keys).toEqual([
      `${prefix}:cache:group:${generation}:key`,
      `${prefix}:state:key`,
      `${prefix}:window:key`,
    ]);
    expect(await client.ttl(`${prefix}:cache:group`)).toBeGreaterThan(0);
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

  it('reads past a cache that is away, and tells it of changes once it is there', async () => {
    const cut = await RedisConnection.open(server!.url, 'test');
    const cache = new RedisSharedCache(cut);
    const get = (value: string) => cache.get('group', 'key', 60, () => Promise.resolve(value));
    // A Redis that keeps its data while this process cannot reach it.
    const other = await RedisConnection.open(server!.url, 'test');
    const otherCache = new RedisSharedCache(other);
    await vi.waitFor(async () => {
      await get('old');
      expect(await otherCache.get('group', 'key', 60, () => Promise.resolve('none'))).toBe('old');
    }, 10_000);
    cut.commands.disconnect();
    await vi.waitFor(() => expect(cut.commands.status).toBe('end'), 10_000);
    expect(await get('new')).toBe('new');
    await cache.forget('group');
    expect(await get('newer')).toBe('newer');
    expect(await otherCache.get('group', 'key', 60, () => Promise.resolve('newest'))).toBe('old');
    await cut.commands.connect();
    await vi.waitFor(
      async () =>
        expect(await otherCache.get('group', 'key', 60, () => Promise.resolve('newest'))).toBe('newest'),
      10_000,
    );
    for (const one of [cut, other]) one.onApplicationShutdown();
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
