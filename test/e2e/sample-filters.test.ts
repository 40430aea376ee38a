import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const CATEGORIES = ['red', 'green', 'blue'];
/** Categories take turns; every fifth is tagged `fifth`, every other `even`. One is not scored. */
const SAMPLES = [
  { id: 'spare', input: 'x', target: 'x', category: 'spare', tags: ['spare'], split: 'train' },
  ...Array.from({ length: 120 }, (_, i) => ({
    id: `s${String(i).padStart(3, '0')}`,
    input: `${i}`,
    target: `${i % 2}`,
    category: CATEGORIES[i % 3],
    tags: [...(i % 5 === 0 ? ['fifth'] : []), ...(i % 2 === 0 ? ['even'] : [])],
    split: 'test',
  })),
];
const idsWhere = (condition: (i: number) => boolean): string[] =>
  SAMPLES.slice(1)
    .map(({ id }) => id)
    .filter((_id, i) => condition(i));

describe('runs over some samples', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ ENGINE_SHARD_SIZE: '16' });
    const published = await service.post('/api/v1/benchmarks', {
      name: 'colours',
      scoring: { scorers: [{ type: 'exact' }] },
      split: 'test',
      samples: SAMPLES,
    });
    expect(published.status).toBe(201);
    for (const answer of ['0', '1']) {
      const agent = { name: `says-${answer}`, adapter: 'baseline', model: 'constant', settings: { answer } };
      await service.post('/api/v1/agents', agent);
    }
  });
  afterAll(() => service.close());

  const start = (body: object) =>
    service.post('/api/v1/runs', { benchmark: 'colours', agents: ['says-0', 'says-1'], ...body });
  const run = async (body: object): Promise<any> => {
    const started = await start(body);
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    const ended = await service.finish(started.body.id);
    expect(ended.status).toBe('completed');
    return ended;
  };
  /** Ids of the samples that an entry answered, sorted, once for each trial. */
  const answeredBy = async (entryId: string, runId: string): Promise<string[]> => {
    const ids: string[] = [];
    for (let cursor = ''; ;) {
      const query = `run_id=${runId}&limit=100${cursor && `&cursor=${cursor}`}`;
      const { body } = await service.get(`/api/v1/results?${query}`);
      ids.push(
        ...body.items.filter((item: any) => item.entry_id === entryId).map((item: any) => item.sample_id),
      );
      if (body.next_cursor === null) return ids.sort();
      cursor = body.next_cursor;
    }
  };
  const answered = async ({ id, entries }: any): Promise<string[]> => {
    const [first = [], ...others] = await Promise.all(
      entries.map((entry: any): Promise<string[]> => answeredBy(entry.id, id)),
    );
    for (const other of others) expect(other).toEqual(first);
    return first;
  };

  it.each([
    ['categories', { categories: ['red', 'blue'] }, (i: number) => i % 3 !== 1],
    ['tags', { tags: ['fifth'] }, (i: number) => i % 5 === 0],
    ['ids', { sample_ids: ['s007', 's100'] }, (i: number) => [7, 100].includes(i)],
    [
      'all of them together',
      { categories: ['red'], tags: ['fifth', 'even'], sample_ids: ['s000', 's003', 's006', 's007', 's015'] },
      (i: number) => [0, 6, 15].includes(i),
    ],
  ])('are over those of the %s', async (_what, filter, condition) => {
    const ended = await run(filter);
    expect(await answered(ended)).toEqual(idsWhere(condition));
    expect(ended).toMatchObject({ config: filter, sample_count: idsWhere(condition).length });
  });

  it('take so many of them as the limit says, by the seed, in each epoch the same', async () => {
    const filter = { categories: ['green'], limit: 10, epochs: 2 };
    const [first, again, other] = [await run(filter), await run(filter), await run({ ...filter, seed: 1 })];
    const ids = await answered(first);
    expect([first.trials, ids.length, new Set(ids).size]).toEqual([40, 20, 10]);
    expect(idsWhere((i) => i % 3 === 1)).toEqual(expect.arrayContaining(ids));
    expect(await answered(again)).toEqual(ids);
    expect(await answered(other)).not.toEqual(ids);
    await service.post(`/api/v1/runs/${first.id}/extend`, { epochs: 3 });
    const extended = await answered(await service.finish(first.id));
    expect([extended.length, new Set(extended)]).toEqual([30, new Set(ids)]);
  });

  it('are compared by sample with runs over others', async () => {
    const [all, red] = [
      await run({ agents: ['says-0'] }),
      await run({ agents: ['says-1'], categories: ['red'] }),
    ];
    const ids = [all, red].map(({ entries }) => entries[0].id).join(',');
    const { status, body } = await service.get(`/api/v1/analytics/compare?entries=${ids}`);
    expect(status).toBe(200);
    expect(body.pairs[0].n).toBe(40);
  });

  it('are started by the short API too', async () => {
    const config = { tags: ['fifth'], limit: 3 };
    const { body } = await service.post('/api/benchmark/run', {
      benchmark: 'colours',
      agents: ['says-0'],
      config,
    });
    expect(body.config).toEqual({ ...config, seed: 0, epochs: 1 });
    expect(await answered(await service.finish(body.run_id))).toHaveLength(3);
  });

  it.each([
    [
      'a category',
      { categories: ['red', 'gren'] },
      'categories',
      'of the category "gren". Nearest known: green',
    ],
    ['a category of samples that are not scored', { categories: ['spare'] }, 'categories', '"spare"'],
    ['a tag', { tags: ['odd', 'even'] }, 'tags', 'No sample has the tag "odd".'],
    ['an id', { sample_ids: ['s001', 's1'] }, 'sample_ids', 'No sample has the id "s1".'],
    ['a sample that is not scored', { sample_ids: ['spare'] }, 'sample_ids', '"spare"'],
  ])('are refused for %s that nobody has', async (_what, filter, path, message) => {
    const before = (await service.get('/api/v1/runs?limit=100')).body.items.length;
    const { status, body } = await start(filter);
    expect([status, body.code]).toEqual([422, 'no_such_samples']);
    expect(body.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect((await service.get('/api/v1/runs?limit=100')).body.items).toHaveLength(before);
  });

  it('are refused where no sample has all that is asked for', async () => {
    const { status, body } = await start({ categories: ['red'], sample_ids: ['s001'] });
    expect([status, body.code]).toEqual([422, 'no_such_samples']);
    expect(body.detail).toContain('no sample has all');
  });
});
