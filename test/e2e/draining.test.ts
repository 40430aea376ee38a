import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataSourceOptions } from '#libs/database';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

let service: TestService;
let provider: ProviderServer;
let dataSource: DataSource;

beforeAll(async () => {
  provider = await startProviderServer({ answer: () => '1' });
  service = await startTestService({ ENGINE_LEASE_SECONDS: '2', ENGINE_DRAIN_SECONDS: '30' });
  dataSource = await new DataSource(dataSourceOptions(service.database.url)).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await service.database.drop();
  await provider.close();
});

it('keeps its leases while it drains, however long the calls in flight take', async () => {
  const settings = { base_url: `${provider.url}/v1` };
  await service.post('/api/v1/agents', { name: 'slow', adapter: 'openai', model: 'm', settings });
  await service.post('/api/v1/benchmarks', {
    name: 'slow',
    scoring: { scorers: [{ type: 'exact' }] },
    samples: [{ id: 's', input: 'q', target: '1' }],
  });
  provider.behave({ delayMs: 5000 });
  await service.post('/api/v1/runs', { benchmark: 'slow', agents: ['slow'] });
  while (provider.ledger.length === 0) await sleep(20);
  const closed = service.app.close();
  await sleep(3500);
  expect(await dataSource.query('SELECT status, lease_until > now() AS holds FROM shards')).toEqual([
    { status: 'leased', holds: true },
  ]);
  await closed;
  expect(await dataSource.query('SELECT outcome FROM results')).toEqual([{ outcome: 'scored' }]);
}, 30_000);
