import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

describe('the short API', () => {
  let service: TestService;
  let provider: ProviderServer;
  let runId: string;

  beforeAll(async () => {
    provider = await startProviderServer({ answer: () => 'The answer is (A)' });
    service = await startTestService();
    for (const model of ['constant', 'random']) {
      await service.post('/api/v1/agents', {
        name: model,
        adapter: 'baseline',
        model,
        settings: model === 'constant' ? { answer: '(A)' } : {},
      });
    }
    await service.post('/api/v1/agents', {
      name: 'slow',
      adapter: 'openai',
      model: 'loopback',
      settings: { base_url: `${provider.url}/v1` },
    });
    const accepted = await service.post('/api/benchmark/run', {
      agents: ['constant', 'random'],
      benchmark: 'reasoning-v1',
      config: { temperature: 0, epochs: 2 },
    });
    expect(accepted.status).toBe(202);
    expect(accepted.body).toEqual({
      run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: expect.stringMatching(/queued|processing/),
      agents: ['constant', 'random'],
      benchmark: 'reasoning-v1',
      config: { temperature: 0, epochs: 2, seed: 0 },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    runId = accepted.body.run_id;
    await service.finish(runId);
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  it('lists benchmarks', async () => {
    const { body } = await service.get('/api/benchmark/list');
    expect(body.find((benchmark: any) => benchmark.id === 'reasoning-v1')).toEqual({
      id: 'reasoning-v1',
      name: expect.any(String),
      description: expect.any(String),
      categories: ['mathematics', 'formal_logic', 'symbolic_reasoning'],
      question_count: 150,
    });
  });

  it('tells the status of a run', async () => {
    expect((await service.get(`/api/benchmark/${runId}`)).body).toEqual({
      run_id: runId,
      status: 'completed',
      progress: 1,
      agents: ['constant', 'random'],
      benchmark: 'reasoning-v1',
      started_at: expect.any(String),
      completed_at: expect.any(String),
      results_url: `/api/benchmark/results/${runId}`,
    });
  });

  it('gives results that agree with the trials', async () => {
    const { body } = await service.get(`/api/benchmark/results/${runId}`);
    expect(body).toMatchObject({ run_id: runId, benchmark: 'reasoning-v1' });
    for (const agent of body.agents) {
      let scores: number[] = [];
      let cursor: string | null = null;
      do {
        const page: any = await service.get(
          `/api/v1/results?run_id=${runId}&agent=${agent.id}&limit=100${cursor ? `&cursor=${cursor}` : ''}`,
        );
        scores = scores.concat(page.body.items.map((trial: any) => trial.score));
        cursor = page.body.next_cursor;
      } while (cursor);
      expect(scores).toHaveLength(300);
      const mean = scores.reduce((sum, score) => sum + score, 0) / 300;
      expect(agent.metrics.accuracy).toBeCloseTo(100 * mean, 9);
      const categories = Object.values<number>(agent.category_scores);
      expect(categories.reduce((sum, score) => sum + score, 0) / 3).toBeCloseTo(100 * mean, 9);
      expect(agent.metrics.latency_avg).toBeGreaterThan(0);
    }
    const [constant, random] = body.agents;
    expect([constant.id, random.id]).toEqual(['constant', 'random']);
    expect(constant.metrics.consistency).toBe(1);
    expect(random.metrics.consistency).toBeLessThan(1);
    expect(body.summary.critical_observations[0]).toMatch(/\d/);
  });

  it.each(['', 'results/'])('gives analysis, deductions and a report under %s:run_id', async (prefix) => {
    const path = `/api/benchmark/${prefix}${runId}`;
    const analysis = (await service.get(`${path}/analysis`)).body;
    expect(analysis.performance_insights.length).toBeGreaterThan(0);
    for (const sentence of [...analysis.performance_insights, ...analysis.recommendations]) {
      expect(sentence).toMatch(/\d/);
    }
    const deductions = (await service.get(`${path}/deductions`)).body;
    expect(
      deductions.correlations.some(
        (found: any) => found.kind === 'latency_score' || found.kind === 'agent_scores',
      ),
    ).toBe(true);
    for (const { p_value, p_holm } of deductions.correlations) expect(p_holm).toBeGreaterThanOrEqual(p_value);
    for (const { description } of [...deductions.patterns, ...deductions.correlations, deductions.items]) {
      expect(description).toMatch(/\d/);
      expect(description).not.toMatch(/NaN|Infinity|undefined|null/);
    }
    expect(deductions.items).toMatchObject({ entries: 2, of_other_runs: 0, samples: 150 });
    const page = await fetch(`${service.url}${path}/report?format=html`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('Leaderboard');
    const report = await fetch(`${service.url}${path}/report`);
    expect(report.headers.get('content-type')).toBe('application/pdf');
    expect(report.headers.get('content-disposition')).toContain(`benchmark_report_${runId}.pdf`);
    expect(
      Buffer.from(await report.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  });

  it('gives the history of agents as an array, newest first', async () => {
    const { body } = await service.get('/api/benchmark/analytics/history?benchmark=reasoning-v1');
    expect(body.map((point: any) => point.agent).sort()).toEqual(['constant', 'random']);
    expect(body[0]).toMatchObject({ run_id: runId, n: 150, accuracy: expect.any(Number) });
  });

  it.each(['', '/analysis', '/deductions', '/report'])(
    'answers an unknown run%s in the words that scripts know',
    async (rest) => {
      const unknown = '01936000-0000-7000-8000-00000000dead';
      for (const id of [unknown, 'nope']) {
        const answer = await service.get(`/api/benchmark/${id}${rest}`);
        expect(answer).toMatchObject({ status: 404, body: { detail: 'Benchmark not found', status: 404 } });
      }
      expect((await service.get(`/api/benchmark/results/${unknown}`)).body.detail).toBe(
        'Benchmark not found',
      );
    },
  );

  it('answers for an unfinished run that there are no results yet', async () => {
    provider.behave({ delayMs: 60_000 });
    const { body } = await service.post('/api/benchmark/run', {
      agents: ['slow'],
      benchmark: 'reasoning-v1',
    });
    for (const path of [`results/${body.run_id}`, `${body.run_id}/analysis`, `${body.run_id}/report`]) {
      expect(await service.get(`/api/benchmark/${path}`)).toMatchObject({
        status: 404,
        body: { detail: 'Results not available yet' },
      });
    }
    expect((await service.get(`/api/benchmark/${body.run_id}`)).body).toMatchObject({
      progress: 0,
      completed_at: null,
    });
    await service.post(`/api/v1/runs/${body.run_id}/cancel`);
  });
});
