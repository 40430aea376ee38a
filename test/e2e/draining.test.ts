import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#libs/database';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { SpawnedService } from '#test/support/spawned-service';

describe('a service that is told to stop', () => {
  let database: TestDatabase;
  let provider: ProviderServer;
  let dataSource: DataSource;
  let service: SpawnedService;
  let client: Awaited<ReturnType<SpawnedService['start']>>;

  beforeEach(async () => {
    provider = await startProviderServer({ answer: () => '1' });
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });
  afterEach(async () => {
    await service.remove();
    await dataSource.destroy();
    await database.drop();
    await provider.close();
  });

  /** A run of 50 trials, of which no more than 4 are under way when this resolves. */
  const startRun = async (drainSeconds: string, delayMs: number): Promise<void> => {
    const env = { DATABASE_URL: database.url, ENGINE_LEASE_SECONDS: '2', ENGINE_SHARD_SIZE: '10' };
    service = await SpawnedService.create({ ...env, ENGINE_DRAIN_SECONDS: drainSeconds });
    client = await service.start();
    const settings = { base_url: `${provider.url}/v1`, concurrency: 4 };
    await client.post('/api/v1/agents', { name: 'slow', adapter: 'openai', model: 'm', settings });
    await client.post('/api/v1/benchmarks', {
      name: 'slow',
      scoring: { scorers: [{ type: 'exact' }] },
      samples: Array.from({ length: 50 }, (_, i) => ({ id: `s${i}`, input: 'q', target: '1' })),
    });
    provider.behave({ delayMs });
    await client.post('/api/v1/runs', { benchmark: 'slow', agents: ['slow'] });
    while (provider.ledger.length < 4) await sleep(20);
  };
  const shards = (): Promise<Record<string, unknown>[]> =>
    dataSource.query(`SELECT status, lease_until > now() AS holds FROM shards WHERE attempt > 0`);

  it('is not ready at once, starts nothing more, keeps its leases, and stores what was in flight', async () => {
    await startRun('30', 5000);
    const ended = service.end('SIGTERM');
    // While the calls are in flight, and so before it has stopped.
    while ((await client.get('/ready')).status !== 503) await sleep(20);
    expect(await client.get('/ready')).toMatchObject({ body: { detail: expect.stringMatching(/stopping/) } });
    await sleep(2500);
    const held = (await shards()).filter(({ status }) => status === 'leased');
    expect(held.length).toBeGreaterThan(0);
    expect(held).toEqual(held.map(() => ({ status: 'leased', holds: true }))); // longer than a lease lasts
    expect(await ended).toBe(0);
    expect(await dataSource.query('SELECT outcome FROM results')).toEqual(
      Array(provider.ledger.length).fill({ outcome: 'scored' }),
    );
    expect(provider.ledger.length).toBe(4);
    expect((await shards()).every(({ status }) => status === 'pending')).toBe(true);
  }, 60_000);

  it('hands back what does not end in time', async () => {
    await startRun('1', 60_000);
    expect(await service.end('SIGTERM')).toBe(0);
    expect(await dataSource.query('SELECT 1 FROM results')).toEqual([]);
    expect(await dataSource.query(`SELECT 1 FROM shards WHERE status <> 'pending' OR failures > 0`)).toEqual(
      [],
    );
  }, 60_000);
});
