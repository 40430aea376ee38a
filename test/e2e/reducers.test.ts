import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

describe('reducers', { timeout: 60_000 }, () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
    await service.post('/api/v1/agents', { name: 'random', adapter: 'baseline', model: 'random' });
  });
  afterAll(async () => service.close());

  let published = 0;
  const publish = async (scoring: object, samples = 20): Promise<string> => {
    const { status, body } = await service.post('/api/v1/benchmarks', {
      name: `reduced-${++published}`,
      scoring: { scorers: [{ type: 'multiple_choice' }], ...scoring },
      samples: Array.from({ length: samples }, (_, i) => ({
        id: `s${i}`,
        input: 'Guess.',
        target: 'B',
        choices: ['no', 'yes'],
      })),
    });
    expect(status, JSON.stringify(body)).toBe(201);
    return body.name;
  };
  const start = (benchmark: string, run: object) =>
    service.post('/api/v1/runs', { benchmark, agents: ['random'], seed: 5, ...run });
  const summaryOf = async (benchmark: string, run: object): Promise<any> => {
    const { status, body } = await start(benchmark, run);
    expect(status, JSON.stringify(body)).toBe(202);
    return (await service.finish(body.id)).entries[0].summary;
  };

  it('make the score of an entry from its epochs, the others stand beside it', async () => {
    const benchmark = await publish({
      reducers: [{ type: 'pass_at', k: 2 }, 'mean', { type: 'pass_k', k: 2 }],
    });
    const summary = await summaryOf(benchmark, { epochs: 4 });
    const [any, mean, all] = summary.per_reducer;
    expect([any.reducer, mean.reducer, all.reducer]).toEqual(['pass_at_2', 'mean', 'pass_k_2']);
    expect(summary).toMatchObject({ reducer: 'pass_at_2', n: 20, score: any.score, ci_low: any.ci_low });
    // Of two trials: any passes + both pass = twice the chance of one.
    expect(any.score + all.score).toBeCloseTo(2 * mean.score, 12);
    expect(any.score).toBeGreaterThan(all.score);
  });

  it('leave the figures of the epochs in the summary', async () => {
    const benchmark = await publish({ pass_threshold: 0.01, cluster_by: 'metadata.none' });
    const summary = await summaryOf(benchmark, { epochs: 3 });
    expect(summary).toMatchObject({
      n: 20,
      pass_threshold: 0.01,
      threshold_result: 'passed',
      cluster_by: 'metadata.none',
      latency: { definition: 'latency.end_to_end.v1', p50: summary.latency_p50_ms },
      agreement: { samples: 20 },
    });
    expect(summary.pass_at_k.map(({ k, samples }: any) => [k, samples])).toEqual(
      [1, 2, 3].map((k) => [k, 20]),
    );
    expect(summary.pass_at_k[0].pass_at.value).toBeCloseTo(summary.score, 12);
    expect(summary.variance.within).toBeGreaterThan(0);
  });

  it('refuse a run with fewer epochs than they take', async () => {
    const benchmark = await publish({ reducers: ['mean', { type: 'pass_at', k: 3 }] });
    const { status, body } = await start(benchmark, { epochs: 2 });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'too_few_epochs', errors: [{ path: 'epochs' }] });
    expect(body.detail).toContain(
      'pass_at_3 of its scoring takes 3 epochs of each sample, and the run has 2.',
    );
  });

  it('are refused at publication where there is no such one', async () => {
    const scoring = { scorers: [{ type: 'exact' }], reducers: [{ type: 'pass_at' }] };
    const samples = [{ id: 'a', input: 'a', target: 'a' }];
    const { status, body } = await service.post('/api/v1/benchmarks', { name: 'wrong', scoring, samples });
    expect(status).toBe(422);
    expect(body.errors[0].path).toContain('scoring.reducers.0');
  });
});
