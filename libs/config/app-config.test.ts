import { describe, expect, it } from 'vitest';
import { AppConfig } from './app-config.js';

describe('AppConfig', () => {
  it('has a default for everything', () => {
    const config = new AppConfig({});
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: undefined, logLevel: 'info' });
    expect(config.database).toEqual({ url: undefined, poolSize: 20, maxOverflow: 10 });
    expect(config.queue).toEqual({ redisUrl: undefined, prefix: 'aibench', boardPassword: undefined });
    expect(config.engine).toMatchObject({ shardSize: 256, agentConcurrency: 20, agentMaxAttempts: 5 });
    expect(config.limits).toEqual({
      agentMaxConcurrency: 100,
      rates: {
        openai: { requestsPerMinute: undefined, tokensPerMinute: undefined },
        anthropic: { requestsPerMinute: undefined, tokensPerMinute: undefined },
      },
    });
    expect(config.providers).toMatchObject({ openaiApiKey: undefined, totalTimeoutMs: 600_000 });
    expect(config.outbound).toEqual({ allowed: [], modelsAllowed: [] });
  });

  it('reads what is set, and takes an empty value for an unset one', () => {
    const config = new AppConfig({
      PORT: '0',
      DATABASE_POOL_SIZE: '',
      OPENAI_API_KEY: '',
      REDIS_URL: 'redis://r:1',
      OUTBOUND_ALLOWED: '10.0.0.0/8, ::1,fd00::/8,,receiver-1,Hook.internal.',
      AGENT_RATE_LIMIT_OPENAI: '500',
      AGENT_TOKEN_LIMIT_ANTHROPIC: '80000',
    });
    expect(config.server.port).toBe(0);
    expect(config.database.poolSize).toBe(20);
    expect(config.providers.openaiApiKey).toBeUndefined();
    expect(config.queue.redisUrl).toBe('redis://r:1');
    expect(config.outbound.allowed).toEqual([
      '10.0.0.0/8',
      '::1',
      'fd00::/8',
      'receiver-1',
      'Hook.internal.',
    ]);
    expect(config.limits.rates).toMatchObject({
      openai: { requestsPerMinute: 500 },
      anthropic: { tokensPerMinute: 80_000 },
    });
  });

  it('names every variable that is wrong, in one error', () => {
    const wrong = {
      PORT: '70000',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://h/d',
      REDIS_URL: 'http://r',
      QUEUE_BOARD_PASSWORD: 'elevenchars',
      ENGINE_SHARD_SIZE: 'many',
      OPENAI_BASE_URL: 'file:///etc/passwd',
    };
    expect(() => new AppConfig(wrong)).toThrow(
      /^Bad environment: (?=.*PORT)(?=.*LOG_LEVEL)(?=.*DATABASE_URL)(?=.*REDIS_URL)(?=.*QUEUE_BOARD_PASSWORD: must have at least 12 characters)(?=.*ENGINE_SHARD_SIZE)(?=.*OPENAI_BASE_URL)/,
    );
  });

  it.each(['10.0.0.0/33', '300.1.1.1', '10.1', 'http://receiver', '*.internal', '127.0.0.1:80', 'a b'])(
    'takes no %s for an address, a range or a host',
    (entry) =>
      expect(() => new AppConfig({ OUTBOUND_ALLOWED: `::1,${entry}` })).toThrow(
        `OUTBOUND_ALLOWED.1: "${entry}" is no address`,
      ),
  );

  it.each([
    [{}, true, true],
    [{ HOST: 'localhost' }, true, true],
    [{ HOST: '0.0.0.0' }, true, false],
    [{ LOCAL_MODELS: 'off' }, true, false],
    [{}, false, false],
    [{ LOCAL_MODELS: 'on' }, false, true],
    [{ HOST: '0.0.0.0', LOCAL_MODELS: 'on' }, true, true],
  ])('of %j, standalone %s, lets models be on loopback: %s', (env, standalone, allowed) => {
    const { outbound } = new AppConfig({ OUTBOUND_ALLOWED: '10.0.0.1', ...env }, { standalone });
    expect(outbound.allowed).toEqual(['10.0.0.1']);
    expect(outbound.modelsAllowed).toEqual(['10.0.0.1', ...(allowed ? ['127.0.0.0/8', '::1'] : [])]);
  });

  it('says which variable a process of many cannot do without', () => {
    expect(() => new AppConfig({}).requireDatabaseUrl()).toThrow(/^DATABASE_URL is not set\./);
    expect(() => new AppConfig({}).requireRedisUrl()).toThrow(/^REDIS_URL is not set\./);
    expect(new AppConfig({ REDIS_URL: 'redis://r' }).requireRedisUrl()).toBe('redis://r');
  });
});
