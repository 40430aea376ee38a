import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const SAMPLES = Array.from({ length: 12 }, (_, i) => ({
  id: `q/${i}`,
  input: `${i} + 1`,
  target: `${i + 1}`,
  category: i < 4 ? 'small' : 'large',
}));

describe('samples of a run', () => {
  let service: TestService;
  let runId: string;

  beforeAll(async () => {
    service = await startTestService();
    await service.post('/api/v1/benchmarks', {
      name: 'sums',
      scoring: { scorers: [{ type: 'numeric' }] },
      samples: SAMPLES,
    });
    await service.post('/api/v1/agents', { name: 'calculator', adapter: 'baseline', model: 'calculator' });
    const settings = { answer: 'it is 1' };
    await service.post('/api/v1/agents', { name: 'one', adapter: 'baseline', model: 'constant', settings });
    const agents = ['calculator', 'one'];
    const { body } = await service.post('/api/v1/runs', { benchmark: 'sums', agents, epochs: 2 });
    runId = (await service.finish(body.id)).id;
  });
  afterAll(() => service.close());

  const list = async (query: string): Promise<any> => {
    const answer = await service.get(`/api/v1/runs/${runId}/samples?${query}`);
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const ids = async (query: string): Promise<string[]> =>
    (await list(`limit=100&${query}`)).items.map(({ id }: { id: string }) => id);

  it('lists them in dataset order, page by page, each with all agents in the order of the run', async () => {
    const first = await list('limit=5');
    expect(first.items[1]).toMatchObject({
      ordinal: 1,
      id: 'q/1',
      category: 'small',
      input: '1 + 1',
      entries: [
        { agent: 'calculator', trials: 2, score: 1, outcomes: ['scored'], overridden: false },
        { agent: 'one', trials: 2, score: 0 },
      ],
    });
    const second = await list(`limit=7&cursor=${first.next_cursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(SAMPLES.map(({ id }) => id));
    expect(second.next_cursor).toBeNull();
  });

  it('filters by agent and score, disagreement, category, outcome and text', async () => {
    const others = SAMPLES.slice(1).map(({ id }) => id);
    expect(await ids('min_spread=0.5')).toEqual(others);
    expect(await ids('agent=one&min_score=0.5')).toEqual(['q/0']);
    expect(await ids('agent=calculator&max_score=0.5')).toEqual([]);
    expect(await ids('category=small&max_score=0')).toEqual(['q/1', 'q/2', 'q/3']);
    expect(await ids('outcome=scored')).toHaveLength(12);
    expect(await ids('outcome=agent_error')).toEqual([]);
    expect(await ids('text=Q/1')).toEqual(['q/1', 'q/10', 'q/11']);
    expect(await ids('text=11%20%2B')).toEqual(['q/11']);
    expect(await ids('text=IT%20IS')).toHaveLength(12);
    expect(await ids('text=100%25')).toEqual([]);
    const unknown = await service.get(`/api/v1/runs/${runId}/samples?agent=two`);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'agent_not_in_run']);
  });

  it('gives one of them whole, with its neighbours under the same filter', async () => {
    const get = (id: string, query = '') =>
      service.get(`/api/v1/runs/${runId}/samples/${encodeURIComponent(id)}?${query}`);
    expect((await get('q/0')).body).toMatchObject({
      input: '0 + 1',
      target: ['1'],
      choices: null,
      previous: null,
      next: 'q/1',
    });
    expect((await get('q/4', 'category=large&text=1')).body).toMatchObject({ previous: null, next: 'q/5' });
    expect((await get('q/5', 'category=small')).body).toMatchObject({ previous: 'q/3', next: null });
    const missing = await get('q/99');
    expect([missing.status, missing.body.code]).toEqual([404, 'sample_not_in_run']);
  });

  it('says of an unknown run that there is none', async () => {
    const missing = await service.get('/api/v1/runs/00000000-0000-4000-8000-000000000000/samples');
    expect([missing.status, missing.body.code]).toEqual([404, 'run_not_found']);
  });
});
