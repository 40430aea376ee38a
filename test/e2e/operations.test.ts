import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { startTestService, type TestService } from '#test/support/service';

describe('operations', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startTestService()));
  afterAll(() => service.close());

  it('tells that it lives and that it is ready', async () => {
    expect(await service.get('/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await service.get('/ready')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        details: { database: { status: 'up' }, queue: { status: 'up' }, draining: { status: 'up' } },
      },
    });
  });

  it('is not ready while a migration is missing, and lives all the same', async () => {
    const dataSource = service.app.get(DataSource);
    const [rows] = await dataSource.query<[{ id: number; timestamp: string; name: string }[]]>(
      'DELETE FROM migrations RETURNING *',
    );
    expect(await service.get('/ready')).toMatchObject({
      status: 503,
      body: { details: { database: { status: 'down', message: expect.stringMatching(/CreateFoundation/) } } },
    });
    expect((await service.get('/health')).status).toBe(200);
    for (const { id, timestamp, name } of rows) {
      await dataSource.query('INSERT INTO migrations (id, timestamp, name) VALUES ($1, $2, $3)', [
        id,
        timestamp,
        name,
      ]);
    }
    expect((await service.get('/ready')).status).toBe(200);
  });

  it('counts requests by route pattern, trials by outcome, and tokens by agent', async () => {
    await service.post('/api/v1/agents', { name: 'metered', adapter: 'baseline', model: 'random' });
    const { body } = await service.post('/api/v1/runs', {
      benchmark: 'reasoning-v1',
      agents: ['metered'],
      limit: 10,
    });
    const run = await service.finish(body.id);
    await service.get('/api/v1/runs/nope');
    await service.get('/no/such/route');
    const metrics = (await service.get('/metrics')).body as string;
    const value = (series: string): number => {
      const line = metrics.split('\n').find((candidate) => candidate.startsWith(`${series} `));
      return Number(line?.split(' ').at(-1));
    };
    expect(value('benchmark_requests_total{endpoint="/api/v1/runs/:run_id",method="GET",status="404"}')).toBe(
      1,
    );
    expect(value('benchmark_requests_total{endpoint="unmatched",method="GET",status="404"}')).toBe(1);
    expect(value('benchmark_response_time_seconds_count{endpoint="/api/v1/runs",method="POST"}')).toBe(1);
    expect(value('benchmark_task_started_total')).toBe(10);
    expect(value('benchmark_agent_accuracy{agent="metered"}')).toBe(run.entries[0].summary.score);
    expect(value('benchmark_active_runs')).toBe(0);
    expect(value('benchmark_runs{status="processing"}')).toBe(0);
    expect(value('benchmark_trials_remaining')).toBe(0);
    expect(value('benchmark_budget_used_ratio')).toBe(0);
    expect(value('benchmark_queue_active')).toBe(0);
    expect(value('database_pool_max_connections')).toBe(30);
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(value('database_pool_connections{state="idle"}')).toBeGreaterThan(0);
    expect(value('benchmark_task_completed_total{outcome="scored"}')).toBe(10);
    expect(value('agent_request_seconds_count{agent="metered"}')).toBe(10);
    expect(metrics).not.toContain(body.id);
    for (const name of [
      'benchmark_active_runs',
      'benchmark_queue_length',
      'benchmark_agent_accuracy',
      'agent_token_usage_total',
      'agent_cost_usd_total',
      'agent_rate_limited_total',
      'database_pool_connections',
    ]) {
      expect(metrics).toContain(`# TYPE ${name} `);
    }
  });

  it('serves Swagger with an example for what can be posted', async () => {
    expect((await service.get('/docs')).body).toContain('swagger-ui');
    const { body } = await service.get('/docs-json');
    expect(body.components.schemas.NewRun.examples[0].benchmark).toBe('reasoning-v1');
    for (const [path, methods] of Object.entries<any>(body.paths)) {
      for (const [method, operation] of Object.entries<any>(methods)) {
        if (!path.startsWith('/api/')) continue;
        expect(operation.responses.default, `${method} ${path}`).toBeDefined();
        expect(operation.summary, `${method} ${path}`).toBeTruthy();
      }
    }
  });
});
