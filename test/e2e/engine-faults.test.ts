import { setTimeout as sleep } from 'node:timers/promises';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

describe('the engine under faults', { timeout: 60_000 }, () => {
  let service: TestService;
  let provider: ProviderServer;
  let dataSource: DataSource;

  beforeAll(async () => {
    provider = await startProviderServer({ answer: () => '1' });
    service = await startTestService({ ENGINE_LEASE_SECONDS: '30' });
    dataSource = service.app.get<DataSource>(getDataSourceToken());
    await service.post('/api/v1/agents', {
      name: 'loopback',
      adapter: 'openai',
      model: 'm',
      settings: { base_url: `${provider.url}/v1` },
    });
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  const publish = async (name: string, samples: number): Promise<string> => {
    const { body } = await service.post('/api/v1/benchmarks', {
      name,
      scoring: { scorers: [{ type: 'exact' }] },
      samples: Array.from({ length: samples }, (_, i) => ({ id: `s${i}`, input: `${i}`, target: '1' })),
    });
    return body.version_id;
  };
  const start = async (benchmark: string): Promise<string> =>
    (await service.post('/api/v1/runs', { benchmark, agents: ['loopback'] })).body.id;

  it('stores every answer once though its connections to Postgres are cut again and again', async () => {
    await publish('cut', 300);
    provider.behave({ delayMs: 100 });
    const id = await start('cut');
    let cuts = 0;
    let status = '';
    while (status !== 'completed') {
      await sleep(50);
      const cut = await dataSource.query<unknown[]>(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%WITH told AS%'`,
      );
      cuts += cut.length;
      status = (await service.get(`/api/v1/runs/${id}`)).body.status ?? '';
    }
    provider.behave({});
    expect(cuts).toBeGreaterThan(0);
    expect((await service.get(`/api/v1/runs/${id}`)).body).toMatchObject({
      done: 300,
      entries: [{ summary: { n: 300 } }],
    });
    const [{ n }] = await dataSource.query<[{ n: number }]>(
      'SELECT count(*)::int AS n FROM results r JOIN transcripts t USING (run_id, entry_id, ordinal, epoch) WHERE run_id = $1',
      [id],
    );
    expect(n).toBe(300);
    expect(provider.ledger.length).toBe(300);
  });

  it('gives up an entry whose shard fails again and again, and says why', async () => {
    const version = await publish('broken', 5);
    await dataSource.query('DELETE FROM samples WHERE benchmark_version_id = $1', [version]);
    const id = await start('broken');
    const failures = async (): Promise<number> => {
      const [row] = await dataSource.query<{ failures: number }[]>(
        'SELECT failures FROM shards WHERE run_id = $1',
        [id],
      );
      return row?.failures ?? 0;
    };
    while ((await failures()) === 0) await sleep(50);
    await dataSource.query('UPDATE shards SET failures = 19 WHERE run_id = $1', [id]);
    expect(await service.finish(id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/failed 20 times.*gone/),
      entries: [{ status: 'failed', error_code: 'shard_failed' }],
    });
  });

  it('gives up an entry whose shard took its workers with it again and again, without another call', async () => {
    await publish('deadly', 5);
    const before = provider.ledger.length;
    provider.behave({ delayMs: 60_000 });
    const id = await start('deadly');
    while (provider.ledger.length - before < 5) await sleep(20);
    await dataSource.query(
      `UPDATE shards SET failures = 19, attempt = attempt + 1, lease_until = now() - interval '1 second' WHERE run_id = $1`,
      [id],
    );
    expect(await service.finish(id)).toMatchObject({
      status: 'failed',
      entries: [{ error_code: 'shard_failed', error: expect.stringMatching(/died 20 times/) }],
    });
    expect(provider.ledger.length - before).toBe(5);
    provider.behave({});
  });

  it('takes up what nobody enqueued: shards that a dead worker left leased, and runs whose api died before enqueueing', async () => {
    await publish('left', 10);
    provider.behave({ delayMs: 60_000 });
    const id = await start('left');
    while (!(await service.get(`/api/v1/runs/${id}`)).body.started_at) await sleep(20);
    provider.behave({});
    // As if the lease had run out with its worker: another attempt takes over, and the former one is aborted.
    await dataSource.query(`UPDATE shards SET lease_until = now() - interval '1 second' WHERE run_id = $1`, [
      id,
    ]);
    await dataSource.query(`UPDATE shards SET attempt = attempt + 1, status = 'pending' WHERE run_id = $1`, [
      id,
    ]);
    expect(await service.finish(id)).toMatchObject({ status: 'completed', done: 10 });
  });
});
