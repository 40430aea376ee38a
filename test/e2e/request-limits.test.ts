import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ApiKeysService, DEFAULT_WORKSPACE_ID, permissionsOf, type Permission } from '#libs/auth';
import { inWorkspace } from '#libs/database';
import { signIn } from '#test/support/identity';
import { TEST_IDENTITY } from '#test/support/identity-env';
import { createTestDatabase } from '#test/support/postgres';
import { describeWithRedis } from '#test/support/redis';
import { startRedis } from '#test/support/redis-server';
import { startTestService, type TestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

const many = <T>(n: number, request: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, (_, i) => request(i)));

const counted = (answers: { status: number }[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

/** What each user's key is for. */
const SCOPES: Record<string, Permission> = {
  ann: 'benchmark:write',
  bob: 'benchmark:write',
  cid: 'benchmark:write',
  dee: 'benchmark:write',
  viewer: 'benchmark:read',
};

describe('the budgets of requests', () => {
  let service: TestService;
  /** The API key of each. */
  const users = new Map<string, string>();
  const call = (user: string, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${service.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${users.get(user) ?? 'nobody'}`, ...init.headers },
    });
  const post = (user: string, path: string, headers = {}): Promise<Response> =>
    call(user, path, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', ...headers },
    });

  beforeAll(async () => {
    service = await startTestService({
      AUTH_MODE: 'token',
      RATE_LIMIT_READS: '5',
      RATE_LIMIT_WRITES: '4',
      RATE_LIMIT_RUNS: '3',
      RATE_LIMIT_IMPORTS: '2',
      RATE_LIMIT_STRANGERS: '6',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    const by = (await signIn(service)).userId!;
    const admin = { kind: 'user' as const, id: by, userId: by, workspaceId: DEFAULT_WORKSPACE_ID };
    // Asked for over HTTP they would spend of the budgets.
    const keys = service.app.get(ApiKeysService);
    for (const [name, scope] of Object.entries(SCOPES)) {
      const spec = { name, scopes: [scope], expiresAt: null };
      const { key } = await inWorkspace(DEFAULT_WORKSPACE_ID, () =>
        keys.create({ ...admin, permissions: permissionsOf('admin') }, spec),
      );
      users.set(name, key);
    }
  });
  afterAll(() => service.close());

  it('say with every answer what is left, and with 429 when to come again', async () => {
    const answers = await many(7, () => call('ann', '/api/v1/agents'));
    expect(counted(answers, 200)).toBe(5);
    expect(answers.map(({ headers }) => Number(headers.get('ratelimit-remaining'))).toSorted()).toEqual([
      0, 0, 0, 1, 2, 3, 4,
    ]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('content-type')).toMatch('application/problem+json');
    expect(refused?.headers.get('ratelimit-limit')).toBe('5');
    const retryAfter = Number(refused?.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused?.headers.get('ratelimit-reset')).toBe(String(retryAfter));
    expect(await refused?.json()).toMatchObject({
      status: 429,
      code: 'rate_limited',
      title: 'Too Many Requests',
      detail: expect.stringContaining(`Come again in ${retryAfter} s.`),
    });
    expect((await service.get('/metrics')).body).toMatch(
      /benchmark_requests_limited_total\{budget="reads"\} 2/,
    );
  });

  it('are apart for each user and each kind of request', async () => {
    const spend = async (n: number, path: string): Promise<number> =>
      counted(await many(n, () => post('bob', path)), 429);
    expect(await spend(5, '/api/v1/agents')).toBe(1);
    expect(await spend(2, '/api/v1/runs')).toBe(0);
    expect(await spend(2, '/api/benchmark/run')).toBe(1);
    expect(await spend(2, '/api/v1/benchmarks/upload')).toBe(0);
    expect(await spend(2, '/api/v1/benchmarks/import/lm-eval')).toBe(2);
    expect((await call('bob', '/api/v1/agents')).status).toBe(200);
    expect((await post('cid', '/api/v1/agents')).status).toBe(422);
  });

  it('are also spent by who may not, and by strangers from one address, which a trusted proxy names', async () => {
    expect(
      (await many(6, () => post('viewer', '/api/v1/agents'))).map(({ status }) => status).toSorted(),
    ).toEqual([403, 403, 403, 403, 429, 429]);
    const stranger = (address: string): Promise<Response> =>
      post('?', '/api/v1/agents', { 'x-forwarded-for': address });
    expect(counted(await many(8, () => stranger('192.0.2.1')), 401)).toBe(6);
    expect((await stranger('192.0.2.2')).status).toBe(401);
    expect(counted(await many(8, (i) => stranger(`2001:db8::${i + 1}`)), 401)).toBe(6);
    // Who is known is not held to what strangers of the same address did.
    expect((await post('dee', '/api/v1/agents', { 'x-forwarded-for': '192.0.2.1' })).status).toBe(422);
  });

  it('leave probes alone', async () => {
    const answers = await many(20, () => service.get('/health'));
    expect(counted(answers, 200)).toBe(20);
    expect(answers[0]?.headers.has('ratelimit-limit')).toBe(false);
  });
});

describeWithRedis('the budgets of two api processes', ({ url: redisUrl, prefix }) => {
  const start = async (redis: string, n: number): Promise<string[]> => {
    const database = await createTestDatabase();
    const env = {
      ...TEST_IDENTITY,
      AUTH_MODE: 'token',
      DATABASE_URL: database.url,
      REDIS_URL: redis,
      QUEUE_PREFIX: prefix,
    };
    const apis = await many(n, () => SpawnedService.create({ ...env, RATE_LIMIT_STRANGERS: '50' }, 'api'));
    onTestFinished(async () => {
      await Promise.all(apis.map((api) => api.remove()));
      await database.drop();
    });
    return (await Promise.all(apis.map((api) => api.start()))).map(({ url }) => url);
  };

  it('are one: of 150 requests at a time 50 are let through', { timeout: 120_000 }, async () => {
    const urls = await start(redisUrl, 2);
    const answers = await many(150, (i) => fetch(`${urls[i % 2]}/api/v1/agents`));
    expect(counted(answers, 401)).toBeGreaterThanOrEqual(49);
    expect(counted(answers, 401)).toBeLessThanOrEqual(51);
    expect(counted(answers, 401) + counted(answers, 429)).toBe(150);
  });

  it(
    'take one round trip each, are counted by each for itself while Redis is away, and no request fails',
    { timeout: 120_000 },
    async () => {
      const redis = await startRedis();
      if (!redis) throw new Error('There is a Redis, but no program to start another with.');
      const [url] = await start(redis.url, 1);
      const client = new Redis(redis.url);
      /** Scripts that Redis was sent; the limiter counts by one. */
      const scripts = async (): Promise<number> =>
        Number(/^cmdstat_eval:calls=(\d+)/m.exec(await client.info('commandstats'))?.[1] ?? 0);
      const before = await scripts();
      await many(20, () => fetch(`${url}/api/v1/agents`));
      expect((await scripts()) - before).toBe(20);
      client.disconnect();
      await redis.stop();
      const answers = await many(80, () => fetch(`${url}/api/v1/agents`));
      expect(counted(answers, 401)).toBe(50);
      expect(counted(answers, 429)).toBe(30);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toMatch(/benchmark_requests_counted_alone_total 80/);
    },
  );
});
