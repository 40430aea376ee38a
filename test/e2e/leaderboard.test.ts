import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const SAMPLES = 60;
const samples = Array.from({ length: SAMPLES }, (_, i) => ({
  id: `s${i}`,
  input: `Question ${i}`,
  target: 'yes',
  category: i < 40 ? 'easy' : 'hard',
  tags: i % 2 === 0 ? ['even'] : [],
}));
const AGENTS: Record<string, (i: number) => boolean> = {
  good: (i) => i % 10 !== 0,
  alike: (i) => i % 10 !== 3,
  poor: (i) => i % 4 === 0,
};

describe('leaderboards', () => {
  let service: TestService;
  let firstRun: any;

  const run = async (body: object): Promise<any> => {
    const answer = await service.post('/api/v1/runs', body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    return service.finish(answer.body.id);
  };
  const leaderboard = async (query: string): Promise<any> => {
    const { status, body } = await service.get(`/api/v1/analytics/leaderboard?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };

  beforeAll(async () => {
    service = await startTestService();
    for (const name of ['known', 'other']) {
      const body = { name, samples, scoring: { scorers: [{ type: 'exact' }] } };
      expect((await service.post('/api/v1/benchmarks', body)).status).toBe(201);
    }
    for (const [name, right] of Object.entries(AGENTS)) {
      await service.post('/api/v1/agents', { name, adapter: 'replay' });
      const lines = samples.map(({ id }, i) =>
        JSON.stringify({ sample_id: id, output: right(i) ? 'yes' : 'no' }),
      );
      await service.upload(`/api/v1/agents/${name}/recording`, lines.join('\n'), undefined, 'PUT');
    }
    firstRun = await run({ benchmark: 'known', agents: ['poor', 'good'] });
    await run({ benchmark: 'known', agents: ['alike'] });
    await run({ benchmark: 'known', agents: ['alike', 'good'], limit: 10 });
    await run({ benchmark: 'other', agents: ['alike', 'poor'] });
  });
  afterAll(() => service.close());

  it('take of each agent the newest entry under shared conditions, over runs', async () => {
    const body = await leaderboard('benchmark=known');
    expect(body.benchmark).toMatchObject({ name: 'known', version: 1 });
    expect(
      body.entries.map(({ agent, rank, rank_low, rank_high, n, score }: any) => [
        agent,
        rank,
        rank_low,
        rank_high,
        n,
        score,
      ]),
    ).toEqual([
      ['good', 1, 1, 2, 60, 0.9],
      ['alike', 1, 1, 2, 60, 0.9],
      ['poor', 3, 3, 3, 60, 0.25],
    ]);
    const [good, alike, poor] = body.entries;
    expect(good.run_id).toBe(firstRun.id);
    expect([good.tied_with, alike.tied_with, poor.tied_with]).toEqual([[alike.id], [good.id], []]);
    expect(body.left_out).toEqual([]);
    expect(body.text).toBe(
      'No clear leader: good has 90.0 % of 60 samples, and paired tests do not tell it from alike.',
    );
  });

  it('count the samples of a category or a tag', async () => {
    const hard = await leaderboard('benchmark=known&category=hard');
    expect(hard.entries.map(({ agent, n, score }: any) => [agent, n, score])).toEqual([
      ['good', 20, 0.9],
      ['alike', 20, 0.9],
      ['poor', 20, 0.25],
    ]);
    const even = await leaderboard('benchmark=known&tag=even');
    expect(even.entries.map(({ agent, n, score }: any) => [agent, n, score])).toEqual([
      ['alike', 30, 1],
      ['good', 30, 0.8],
      ['poor', 30, 0.5],
    ]);
    const none = await leaderboard('benchmark=known&category=unknown');
    expect(none.entries).toEqual([]);
    expect(none.left_out.map(({ reason }: any) => reason)).toEqual(
      Array(3).fill('It has no score for any of these samples.'),
    );
  });

  it('cluster as the benchmark says, unless told otherwise by name', async () => {
    const named = 'clustered';
    const scoring = { scorers: [{ type: 'exact' }], cluster_by: 'category' };
    expect((await service.post('/api/v1/benchmarks', { name: named, samples, scoring })).status).toBe(201);
    await run({ benchmark: named, agents: ['good', 'poor'] });
    const [clustered, byName, plain] = [
      await leaderboard(`benchmark=${named}`),
      await leaderboard('benchmark=known&cluster=category'),
      await leaderboard(`benchmark=${named}&cluster=none`),
    ];
    expect([clustered.cluster, byName.cluster, plain.cluster]).toEqual(['category', 'category', null]);
    expect(clustered.text).toContain('Intervals and tests allow for samples of one category being alike.');
    const intervals = ({ entries }: any) => entries.map(({ ci_low, ci_high }: any) => [ci_low, ci_high]);
    // Both categories have the same share right, so that their clusters do not differ at all.
    expect(intervals(clustered)).not.toEqual(intervals(plain));
    expect(byName.entries[0].ci_low).toBe(clustered.entries[0].ci_low);
    // scipy 1.10.1: binomtest(54, 60).proportion_ci(method='wilson')
    expect(plain.entries[0].ci_low).toBeCloseTo(0.7985053527602123, 9);
    expect((await service.get('/api/v1/analytics/leaderboard?benchmark=known&cluster=metadata')).status).toBe(
      422,
    );
  });

  it('look at a period, and leave out what ran under other conditions', async () => {
    const until = await leaderboard(`benchmark=known&until=${firstRun.created_at}`);
    expect(until.entries).toEqual([]);
    expect(until.text).toBe('No agent has a completed entry with a score.');
    await run({ benchmark: 'other', agents: ['good'], temperature: 0.5 });
    const { entries, left_out } = await leaderboard('benchmark=other');
    expect(entries.map(({ agent }: any) => agent)).toEqual(['alike', 'poor']);
    expect(left_out).toMatchObject([
      { agent: 'good', reason: expect.stringContaining('generation settings') },
    ]);
  });

  it('average win rates over several benchmarks', async () => {
    const { body } = await service.get('/api/v1/analytics/win-rates?benchmarks=known,other');
    expect(body.benchmarks.map(({ name }: any) => name)).toEqual(['known', 'other']);
    // On "known" alike and good beat poor and tie with each other; on "other" alike beats poor.
    expect(
      body.agents.map(({ agent, mean_win_rate, scores }: any) => [agent, mean_win_rate, scores]),
    ).toEqual([
      ['alike', 0.875, [0.9, 0.9]],
      ['good', 0.75, [0.9, null]],
      ['poor', 0, [0.25, 0.25]],
    ]);
    const one = await service.get('/api/v1/analytics/win-rates?benchmarks=known');
    expect(one.status).toBe(422);
  });

  it('say that there is no such benchmark', async () => {
    const { status, body } = await service.get('/api/v1/analytics/leaderboard?benchmark=unknown');
    expect([status, body.code]).toEqual([404, 'benchmark_not_found']);
  });
});
