import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FaultProxy, type ProxyMode } from '#test/support/fault-proxy';
import { TEST_IDENTITY } from '#test/support/identity-env';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { describeWithRedis } from '#test/support/redis';
import { SpawnedService } from '#test/support/spawned-service';

/** An orchestrator gives a probe no longer. */
const PROBE_MS = 5000;

describeWithRedis('the probes of processes', ({ url: redisUrl, prefix }) => {
  let database: TestDatabase;
  let sql: pg.Client;
  beforeEach(async () => {
    database = await createTestDatabase();
    sql = new pg.Client(database.url);
    await sql.connect();
  });
  afterEach(async () => {
    await sql.end();
    await database.drop();
  });
  const env = { REDIS_URL: redisUrl, QUEUE_PREFIX: prefix, WORKER_PORT: '0' };
  const probe = async (url: string, path: string) => {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(PROBE_MS) });
    return { status: response.status, text: await response.text() };
  };

  describe.each(['api', 'worker'])('of the %s', (app) => {
    let postgres: FaultProxy;
    let redis: FaultProxy;
    beforeAll(async () => {
      redis = await FaultProxy.start(Number(new URL(redisUrl).port || 6379));
    });
    afterAll(() => redis.close());

    it('say that it lives, whatever becomes of Postgres and Redis, and ready only with both', async () => {
      const through = (proxy: FaultProxy, url: string): string =>
        Object.assign(new URL(url), { host: `127.0.0.1:${proxy.port}` }).href;
      postgres = await FaultProxy.start(Number(new URL(database.url).port));
      const service = await SpawnedService.create(
        {
          ...env,
          // With its budgets of requests, which are counted in Redis.
          ...TEST_IDENTITY,
          AUTH_MODE: 'token',
          DATABASE_URL: through(postgres, database.url),
          REDIS_URL: through(redis, redisUrl),
        },
        app,
      );
      onTestFinished(async () => {
        await service.end('SIGKILL');
        await service.remove();
        await postgres.close();
      });
      const { url } = await service.start();
      const be = (mode: ProxyMode['kind'], ...proxies: FaultProxy[]): Promise<unknown> =>
        Promise.all(proxies.map((proxy) => proxy.be({ kind: mode } as ProxyMode)));
      const readyIs = (status: number, says: RegExp): Promise<void> =>
        vi.waitFor(
          async () => {
            const ready = await probe(url, '/ready');
            expect(ready).toMatchObject({ status, text: expect.stringMatching(says) });
          },
          // Connections come back in their own time.
          status === 503 ? PROBE_MS : 3 * PROBE_MS,
        );
      await readyIs(200, /"status":"ok"/);
      // What a Prometheus sends that was given an empty file for a token that there is not.
      expect((await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer ' } })).status).toBe(200);
      for (const mode of ['cut', 'black_hole'] as const) {
        await be(mode, postgres);
        await readyIs(503, /Postgres does not answer/);
        await be('pass', postgres);
        await readyIs(200, /"status":"ok"/);
        await be(mode, redis);
        await readyIs(503, /Redis does not answer/);
        await be(mode, postgres);
        await readyIs(503, /Postgres does not answer.*Redis does not answer/);
        expect(await probe(url, '/health')).toEqual({ status: 200, text: '{"status":"ok"}' });
        await be('pass', postgres, redis);
        await readyIs(200, /"status":"ok"/);
      }
    }, 180_000);

    it('are of a release that knows all migrations, and of one that does not know the newest', async () => {
      const service = await SpawnedService.create({ ...env, DATABASE_URL: database.url }, app);
      onTestFinished(() => service.remove());
      const { url } = await service.start();
      const { rows } = await sql.query(
        'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING timestamp, name',
      );
      const [{ timestamp, name }] = rows;
      expect(await probe(url, '/ready')).toMatchObject({ status: 503, text: expect.stringContaining(name) });
      expect(await probe(url, '/health')).toMatchObject({ status: 200 });
      const migrated = 'INSERT INTO migrations (timestamp, name) VALUES ($1, $2)';
      await sql.query(migrated, [timestamp, name]);
      expect(await probe(url, '/ready')).toMatchObject({ status: 200 });
      // A newer release is being deployed: it has migrated, and this one serves on, and starts again.
      await sql.query('ALTER TABLE runs ADD of_the_future text; CREATE TABLE of_the_future (id int)');
      await sql.query(migrated, [9_999_999_999_999, 'AddTheFuture9999999999999']);
      expect(await probe(url, '/ready')).toMatchObject({ status: 200 });
      expect(await service.end('SIGTERM')).toBe(0);
      const { url: again } = await service.start();
      expect(await probe(again, '/ready')).toMatchObject({ status: 200 });
      const { rows: kept } = await sql.query('SELECT max(timestamp) AS newest FROM migrations');
      expect(kept).toEqual([{ newest: '9999999999999' }]);
    }, 120_000);
  });

  it('say from SIGTERM on that the api is not ready, while it answers what is under way', async () => {
    const service = await SpawnedService.create({ ...env, DATABASE_URL: database.url }, 'api');
    onTestFinished(() => service.remove());
    const client = await service.start();
    await sql.query('BEGIN; LOCK TABLE agents IN ACCESS EXCLUSIVE MODE');
    const waiting = client.get('/api/v1/agents');
    await vi.waitFor(async () => {
      const locks = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'agents'::regclass`;
      expect((await sql.query(locks)).rows).toHaveLength(1);
    }, PROBE_MS);
    const ended = service.end('SIGTERM');
    await vi.waitFor(async () => {
      const ready = await probe(client.url, '/ready');
      expect(ready).toMatchObject({ status: 503, text: expect.stringMatching(/stopping/) });
    }, PROBE_MS);
    expect(await probe(client.url, '/health')).toMatchObject({ status: 200 });
    await sql.query('COMMIT');
    expect((await waiting).status).toBe(200);
    expect(await ended).toBe(0);
  }, 120_000);
});
