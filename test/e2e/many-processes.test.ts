import pg from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startProviderServer } from '#test/support/provider-server';
import { createTestDatabase } from '#test/support/postgres';
import { describeWithRedis } from '#test/support/redis';
import { startRedis } from '#test/support/redis-server';
import { SpawnedService } from '#test/support/spawned-service';

describeWithRedis('api and workers in processes of their own, over Redis', ({ url: redisUrl, prefix }) => {
  it(
    'share a run, and finish it once though a worker is killed in the middle of it',
    { timeout: 120_000 },
    async () => {
      const database = await createTestDatabase();
      const provider = await startProviderServer({ answer: () => 'A' });
      provider.behave({ delayMs: 5000 });
      const env = {
        DATABASE_URL: database.url,
        REDIS_URL: redisUrl,
        QUEUE_PREFIX: prefix,
        WORKER_PORT: '0',
        ENGINE_LEASE_SECONDS: '3',
        ENGINE_SHARD_SIZE: '10',
        AGENT_CONCURRENCY: '4',
        AGENT_MAX_CONCURRENCY: '8',
      };
      const [api, ...workers] = await Promise.all([
        SpawnedService.create(env, 'api'),
        SpawnedService.create(env, 'worker'),
        SpawnedService.create(env, 'worker'),
      ]);
      onTestFinished(async () => {
        await Promise.all([api, ...workers].map((service) => service.remove()));
        await provider.close();
        await database.drop();
      });
      const [client] = await Promise.all([api, ...workers].map((service) => service.start()));
      expect(await client?.get('/ready')).toMatchObject({ status: 200 });
      await client?.post('/api/v1/agents', {
        name: 'slow',
        adapter: 'openai',
        model: 'm',
        settings: { base_url: `${provider.url}/v1` },
      });
      const created = await client?.post('/api/v1/runs', {
        benchmark: 'reasoning-v1',
        agents: ['slow'],
        epochs: 2,
      });
      const id = created?.body.id as string;
      // Three shards of 10 trials keep 8 calls busy; the window of 8 is not all for the worker that asks first.
      const sql = new pg.Client(database.url);
      await sql.connect();
      const held = `SELECT count(*)::int AS n FROM shards WHERE status = 'leased' GROUP BY worker`;
      await vi.waitFor(async () => expect((await sql.query(held)).rows).toEqual([{ n: 3 }, { n: 3 }]), 5000);
      await sql.end();
      provider.behave({ delayMs: 50 });
      while ((await client?.get(`/api/v1/runs/${id}`))?.body.done < 60)
        await new Promise((r) => setTimeout(r, 20));
      await workers[0]?.end('SIGKILL');
      const run = await client?.finish(id);
      expect(run).toMatchObject({ status: 'completed', done: 300, entries: [{ summary: { n: 150 } }] });
      expect(provider.ledger.length).toBeLessThanOrEqual(300 + 8); // with all that may be in flight
      expect(await workers[1]?.end('SIGTERM')).toBe(0);
      expect(await api.end('SIGTERM')).toBe(0);
    },
  );

  it('accept a run while Redis is away, and execute it once it is back', { timeout: 120_000 }, async () => {
    const own = await startRedis();
    if (!own) throw new Error('There is a Redis, but no program to start another with.');
    const port = new URL(own.url).port;
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url, REDIS_URL: own.url, WORKER_PORT: '0' };
    const [api, worker] = await Promise.all([
      SpawnedService.create(env, 'api'),
      SpawnedService.create(env, 'worker'),
    ]);
    let redis = own;
    onTestFinished(async () => {
      await Promise.all([api.remove(), worker.remove()]);
      await redis.stop();
      await database.drop();
    });
    const [client] = await Promise.all([api.start(), worker.start()]);
    await client.post('/api/v1/agents', { name: 'random', adapter: 'baseline', model: 'random' });
    await redis.stop();
    const created = await client.post('/api/v1/runs', { benchmark: 'reasoning-v1', agents: ['random'] });
    expect(created).toMatchObject({ status: 202, body: { status: 'queued' } });
    expect(await client.get('/ready')).toMatchObject({
      status: 503,
      body: { detail: expect.stringMatching(/Redis/) },
    });
    expect((await client.get('/health')).status).toBe(200);
    redis = (await startRedis('noeviction', Number(port))) ?? redis;
    expect(await client.finish(created.body.id)).toMatchObject({ status: 'completed', done: 150 });
    expect((await client.get('/ready')).status).toBe(200);
  });

  it('list what another of them published, though lists are cached', { timeout: 120_000 }, async () => {
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url, REDIS_URL: redisUrl, QUEUE_PREFIX: prefix };
    const apis = await Promise.all([SpawnedService.create(env, 'api'), SpawnedService.create(env, 'api')]);
    onTestFinished(async () => {
      await Promise.all(apis.map((api) => api.remove()));
      await database.drop();
    });
    const [one, other] = await Promise.all([apis[0].start(), apis[1].start()]);
    const listed = async (): Promise<string[]> =>
      (await other.get('/api/benchmark/list')).body.map(({ id }: { id: string }) => id);
    expect(await listed()).not.toContain('fresh');
    const { status } = await one.post('/api/v1/benchmarks', {
      name: 'fresh',
      samples: [{ id: 'a', input: 'a', target: 'b' }],
      scoring: { scorers: [{ type: 'exact' }] },
    });
    expect(status).toBe(201);
    await vi.waitFor(async () => expect(await listed()).toContain('fresh'), 5000);
  });

  it.each(['api', 'worker'])(
    'of the %s say in one line why they cannot start',
    { timeout: 120_000 },
    async (app) => {
      const refused = async (env: Record<string, string>): Promise<string> => {
        const service = await SpawnedService.create({ QUEUE_PREFIX: prefix, ...env }, app);
        onTestFinished(() => service.remove());
        await expect(service.start()).rejects.toThrow(/ended with 1/);
        return service.printed.trim();
      };
      expect(await refused({ DATABASE_URL: '' })).toMatch(/^aibench: DATABASE_URL is not set.*$/);
      const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1' };
      expect(await refused(away)).toMatch(/^aibench: Cannot use Redis at 127\.0\.0\.1:1: .*REDIS_URL.*$/);
      expect(await refused({ ...away, REDIS_URL: redisUrl })).toMatch(
        /^aibench: Cannot open the database none.*$/,
      );
    },
  );
});
