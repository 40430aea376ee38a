import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import { register } from 'prom-client';
import { expect, it } from 'vitest';
import { AppConfig, ConfigModule } from '#libs/config';
import { CoordinationModule } from '#libs/coordination';
import { CallDelayed, CallLimit, CallLimiter, LimitsModule, type CallLimitSpec } from '#libs/limits';
import { ObservabilityModule } from '#libs/observability';
import { describeWithRedis } from '#test/support/redis';

@Module({})
class Root {}

const start = (env: Record<string, string>) => {
  const config = new AppConfig({ LOG_LEVEL: 'silent', ...env });
  const imports = [
    ConfigModule.forRoot(config),
    ObservabilityModule.forRoot('silent'),
    CoordinationModule.forRoot(config.queue),
    LimitsModule.forRoot(config),
  ];
  return NestFactory.createApplicationContext({ module: Root, imports }, { logger: false });
};
const never = new AbortController().signal;
const SPEC: CallLimitSpec = { key: 'openai:1f2e:gpt-5-mini', label: 'openai gpt-5-mini' };

it('begins with AGENT_CONCURRENCY, at most AGENT_MAX_CONCURRENCY, and shows it to whoever scrapes', async () => {
  const app = await start({ AGENT_CONCURRENCY: '7', AGENT_MAX_CONCURRENCY: '8' });
  const limiter = app.get(CallLimiter);
  const limit = limiter.limit(SPEC);
  expect(limit).toBeInstanceOf(CallLimit);
  expect(limiter.limit({ ...SPEC })).toBe(limit);
  const permit = await limit.acquire({ tokens: 1 }, never);
  expect(limiter.snapshots()).toEqual([
    {
      label: 'openai gpt-5-mini',
      limit: 7,
      allotment: 4,
      inFlight: 1,
      waiting: 0,
      blockedUntilMs: null,
      circuit: 'closed',
    },
  ]);
  const metrics = await register.metrics();
  expect(metrics).toMatch(/^agent_concurrency_limit{key="openai gpt-5-mini"} 7$/m);
  expect(metrics).toMatch(/^agent_calls_in_flight{key="openai gpt-5-mini"} 1$/m);
  permit.done({ kind: 'rate_limited', retryAfterMs: 60_000 });
  await expect(limit.acquire({ tokens: 1 }, never)).rejects.toBeInstanceOf(CallDelayed);
  await app.close();
  register.clear();
});

describeWithRedis('LimitsModule', ({ url, prefix }) => {
  it('gives the share of a process back when that ends, before the connection closes', async () => {
    const app = await start({ REDIS_URL: url, QUEUE_PREFIX: prefix });
    const permit = await app.get(CallLimiter).limit(SPEC).acquire({ tokens: 1 }, never);
    permit.done({ kind: 'success' });
    const client = new Redis(url);
    const stored = async () => JSON.parse((await client.get(`${prefix}:state:limit:${SPEC.key}`)) ?? 'null');
    expect(Object.values((await stored()).members)).toHaveLength(1);
    await app.close();
    expect(await stored()).toMatchObject({ limit: 20, successes: 1, members: {} });
    client.disconnect();
    register.clear();
  });
});
