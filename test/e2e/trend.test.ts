import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const samples = Array.from({ length: 20 }, (_, i) => ({
  id: `s${i}`,
  input: `Question ${i}`,
  target: 'yes',
}));

describe('trends', () => {
  let service: TestService;

  /** Version after version of an agent, each with so many right answers, run one after the other. */
  const runVersions = async (agent: string, right: number[], settings: object = {}): Promise<string[]> => {
    const runs: string[] = [];
    for (const correct of right) {
      await service.post('/api/v1/agents', {
        name: agent,
        adapter: 'replay',
        model: `${correct} of try ${runs.length}`,
      });
      const lines = samples.map(({ id }, i) =>
        JSON.stringify({ sample_id: id, output: i < correct ? 'yes' : 'no' }),
      );
      await service.upload(`/api/v1/agents/${agent}/recording`, lines.join('\n'), undefined, 'PUT');
      const { status, body } = await service.post('/api/v1/runs', {
        benchmark: 'known',
        agents: [agent],
        ...settings,
      });
      expect(status, JSON.stringify(body)).toBe(202);
      runs.push((await service.finish(body.id)).id);
    }
    return runs;
  };
  const trend = async (query: string): Promise<any> => {
    const { status, body } = await service.get(`/api/v1/analytics/trend?benchmark=known${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };

  beforeAll(async () => {
    service = await startTestService();
    await service.post('/api/v1/benchmarks', {
      name: 'known',
      samples,
      scoring: { scorers: [{ type: 'exact' }] },
    });
  });
  afterAll(() => service.close());

  it('say where the score of an agent changed', async () => {
    const runs = await runVersions('mover', [18, 17, 18, 18, 17, 18, 12, 11, 12, 12, 11, 12]);
    await runVersions('other', [20]);
    const { series } = await trend('&agent=mover');
    expect(series).toHaveLength(1);
    const [{ agent, points, changes, text, left_out }] = series;
    expect([agent, left_out]).toEqual(['mover', 0]);
    expect(points.map(({ run_id }: any) => run_id)).toEqual(runs);
    expect(points[0]).toMatchObject({ n: 20, score: 0.9, latency_p50_ms: expect.any(Number) });
    const score = changes.filter(({ metric }: any) => metric === 'score');
    expect(score).toEqual([
      {
        metric: 'score',
        entry_id: points[6].entry_id,
        before: expect.closeTo(0.883, 3),
        after: expect.closeTo(0.583, 3),
      },
    ]);
    expect(text).toContainEqual(expect.stringContaining('The score fell from 88.3 % to 58.3 %'));
  });

  it('have a series for each agent, under the conditions of its newest entry, in a period', async () => {
    const all = await trend('');
    expect(all.benchmark).toMatchObject({ name: 'known', version: 1 });
    expect(all.series.map(({ agent, points }: any) => [agent, points.length])).toEqual([
      ['mover', 12],
      ['other', 1],
    ]);
    const last = all.series[0].points[11].completed_at;
    const since = await trend(`&agent=mover&since=${last}`);
    expect(since.series[0].points).toHaveLength(1);
    const [run] = await runVersions('mover', [15], { limit: 10 });
    const limited = await trend('&agent=mover');
    expect(limited.series[0].points.map(({ run_id }: any) => run_id)).toEqual([run]);
    expect(limited.series[0].left_out).toBe(12);
    expect(limited.series[0].text).toEqual(['Too few to show a trend: 1 point.']);
  });

  it('are empty for an agent that has no entry', async () => {
    expect((await trend('&agent=nobody')).series).toEqual([]);
  });
});
