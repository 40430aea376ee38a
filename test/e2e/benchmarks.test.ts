import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const CAPITALS = {
  name: 'capitals',
  title: 'Capitals',
  scoring: { scorers: [{ type: 'includes' }] },
  samples: [
    { id: 'fr', input: 'France', target: 'Paris', category: 'europe' },
    { id: 'jp', input: 'Japan', target: ['Tokyo', 'Tōkyō'], category: 'asia', metadata: { since: 1868 } },
  ],
};

describe('benchmarks', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startTestService({ DATASET_URLS: 'off' })));
  afterAll(() => service.close());

  it('publishes a benchmark and reads it back by name and id, with its samples', async () => {
    const created = await service.post('/api/v1/benchmarks', CAPITALS);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name: 'capitals',
      version: 1,
      sample_count: 2,
      categories: [
        { name: 'europe', samples: 1 },
        { name: 'asia', samples: 1 },
      ],
    });
    expect((await service.get(`/api/v1/benchmarks/${created.body.id}`)).body).toEqual(created.body);
    const samples = await service.get('/api/v1/benchmarks/capitals/versions/1/samples');
    expect(samples.body.items.map((sample: any) => [sample.id, sample.target, sample.metadata])).toEqual([
      ['fr', ['Paris'], {}],
      ['jp', ['Tokyo', 'Tōkyō'], { since: 1868 }],
    ]);
  });

  it('knows the same content again, whatever the order of keys, and counts other content as the next version', async () => {
    const first = await service.post('/api/v1/benchmarks', { ...CAPITALS, name: 'versions' });
    const reordered = {
      samples: CAPITALS.samples.map((sample) => Object.fromEntries(Object.entries(sample).reverse())),
      scoring: CAPITALS.scoring,
      name: 'versions',
    };
    const again = await service.post('/api/v1/benchmarks', reordered);
    expect([again.status, again.body.version_id]).toEqual([200, first.body.version_id]);

    const changed = { ...CAPITALS, name: 'versions', samples: CAPITALS.samples.slice(0, 1) };
    const second = await service.post('/api/v1/benchmarks', changed);
    expect([second.status, second.body.version]).toEqual([201, 2]);
    expect((await service.get('/api/v1/benchmarks/versions@1')).body.content_hash).toBe(
      first.body.content_hash,
    );
    const versions = await service.get('/api/v1/benchmarks/versions/versions');
    expect(versions.body.items.map((version: any) => version.version)).toEqual([2, 1]);
    expect(versions.body.items[0].definition.scoring.scorers[0].type).toBe('includes');
  });

  it('keeps title and description of a benchmark whose next version does not tell them', async () => {
    await service.post('/api/v1/benchmarks', {
      ...CAPITALS,
      name: 'told',
      description: 'Where governments sit',
    });
    const { title: _title, ...untold } = { ...CAPITALS, name: 'told', samples: CAPITALS.samples.slice(1) };
    expect((await service.post('/api/v1/benchmarks', untold)).body).toMatchObject({
      version: 2,
      title: 'Capitals',
      description: 'Where governments sit',
    });
  });

  it('refuses a category for almost every sample', async () => {
    const rows = Array.from({ length: 1002 }, (_, i) =>
      JSON.stringify({ id: `${i}`, input: 'x', target: 'y', category: `c${i}` }),
    );
    const answer = await service.upload('/api/v1/benchmarks/upload', rows.join('\n'), {
      name: 'scattered',
      scoring: { scorers: [{ type: 'exact' }] },
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { bad_samples: 2, errors: [{ sample_id: '1000' }, { sample_id: '1001' }] },
    });
  });

  it('gives every one of several publishers at once the same version of the same content', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => service.post('/api/v1/benchmarks', { ...CAPITALS, name: 'at-once' })),
    );
    expect(new Set(answers.map((answer) => answer.body.version_id)).size).toBe(1);
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  });

  it('takes JSONL with a field mapping and the same content as CSV is the same version', async () => {
    const options = {
      name: 'mapped',
      scoring: { scorers: [{ type: 'numeric' }] },
      mapping: {
        id: 'key',
        input: 'question',
        target: 'answer',
        category: 'topic',
        target_pattern: '#### (.+)',
      },
    };
    const jsonl = [
      { key: 'a', question: 'One, "two"?', answer: 'because\n#### 1,000', topic: 't' },
      { key: 'b', question: 'Three?', answer: '#### 3', topic: 't' },
    ];
    const first = await service.upload(
      '/api/v1/benchmarks/upload',
      jsonl.map((row) => JSON.stringify(row)).join('\n'),
      options,
    );
    expect([first.status, first.body.sample_count]).toEqual([201, 2]);
    const csv = 'key,question,answer,topic\na,"One, ""two""?","because\n#### 1,000",t\nb,Three?,#### 3,t\n';
    const second = await service.upload('/api/v1/benchmarks/upload', csv, { ...options, format: 'csv' });
    expect([second.status, second.body.version_id]).toEqual([200, first.body.version_id]);
    const samples = await service.get('/api/v1/benchmarks/mapped/versions/1/samples');
    expect(samples.body.items.map((sample: any) => sample.target)).toEqual([['1,000'], ['3']]);
  });

  it('answers malformed JSONL with line, column, reason and the count of good lines, and stores nothing', async () => {
    const good = (id: string) => JSON.stringify({ id, input: 'x', target: 'y' });
    const file = [good('1'), '{"id": "2", "input": }', good('3'), '[1]', good('4')].join('\n');
    const answer = await service.upload('/api/v1/benchmarks/upload', file, {
      name: 'broken',
      scoring: { scorers: [{ type: 'exact' }] },
    });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'invalid_samples', good_samples: 3, bad_samples: 2 });
    expect(answer.body.errors[0]).toMatchObject({
      line: 2,
      column: 22,
      message: expect.stringMatching(/invalid JSON/),
    });
    expect(answer.body.errors[1]).toMatchObject({
      line: 4,
      message: expect.stringMatching(/object is expected/),
    });
    expect((await service.get('/api/v1/benchmarks/broken')).status).toBe(404);
  });

  it.each([
    ['a sample id used twice', { samples: [CAPITALS.samples[0], CAPITALS.samples[0]] }, 'fr', /used before/],
    ['a missing target', { samples: [{ id: 'x', input: 'y' }] }, 'x', /missing/],
    [
      'a template that reads what a sample lacks',
      { prompt: { messages: [{ role: 'user', content: '{{ metadata.since }}' }] } },
      'fr',
      /metadata\.since/,
    ],
    [
      'a target that the scorer cannot judge',
      { scoring: { scorers: [{ type: 'numeric' }] } },
      'fr',
      /cannot judge/,
    ],
  ])('refuses %s, naming the sample', async (_what, change, sampleId, message) => {
    const answer = await service.post('/api/v1/benchmarks', { ...CAPITALS, name: 'refused', ...change });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({
      sample_id: sampleId,
      message: expect.stringMatching(message),
    });
    expect((await service.get('/api/v1/benchmarks/refused')).status).toBe(404);
  });

  it('refuses a template that names an unknown field, at once', async () => {
    const prompt = { messages: [{ role: 'user', content: '{{ question }}' }] };
    const answer = await service.post('/api/v1/benchmarks', { ...CAPITALS, prompt });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_template']);
    expect(answer.body.detail).toMatch(/question/);
  });

  it('stores samples beyond one batch in their order, and pages through them', async () => {
    const lines = Array.from({ length: 2345 }, (_, i) =>
      JSON.stringify({ id: `s${i}`, input: `${i}`, target: `${i}` }),
    );
    const answer = await service.upload('/api/v1/benchmarks/upload', lines.join('\n'), {
      name: 'large',
      scoring: { scorers: [{ type: 'exact' }] },
    });
    expect(answer.body.sample_count).toBe(2345);
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: any = await service.get(
        `/api/v1/benchmarks/large/versions/1/samples?limit=100${cursor ? `&cursor=${cursor}` : ''}`,
      );
      ids.push(...page.body.items.map((sample: any) => sample.id));
      cursor = page.body.next_cursor;
    } while (cursor);
    expect(ids).toEqual(Array.from({ length: 2345 }, (_, i) => `s${i}`));
  });

  it('has the built-in suites from the start and makes fresh editions of them', async () => {
    expect((await service.get('/api/v1/suites')).body.map((suite: any) => suite.name)).toEqual(
      expect.arrayContaining(['reasoning-v1', 'arithmetic-v1']),
    );
    const reasoning = (await service.get('/api/v1/benchmarks/reasoning-v1')).body;
    expect(reasoning.categories).toEqual([
      { name: 'mathematics', samples: 50 },
      { name: 'formal_logic', samples: 50 },
      { name: 'symbolic_reasoning', samples: 50 },
    ]);
    expect((await service.get('/api/v1/benchmarks/arithmetic-v1')).body.sample_count).toBe(850);
    const same = await service.post('/api/v1/suites/reasoning-v1/editions', {});
    expect([same.status, same.body.content_hash]).toEqual([200, reasoning.content_hash]);
    const fresh = await service.post('/api/v1/suites/reasoning-v1/editions', { seed: 42 });
    expect([fresh.status, fresh.body.name]).toEqual([201, 'reasoning-v1-seed-42']);
    expect(fresh.body.content_hash).not.toBe(reasoning.content_hash);
    const hard = await service.post('/api/v1/suites/dates-v1/editions', { seed: 42, difficulty: 'hard' });
    expect([hard.status, hard.body.name, hard.body.title]).toEqual([
      201,
      'dates-v1-hard-seed-42',
      'Dates and times (hard, seed 42)',
    ]);
    const samples = await service.get('/api/v1/benchmarks/dates-v1-hard-seed-42/versions/1/samples');
    expect(samples.body.items.map((sample: any) => sample.metadata.level)).toContain(3);
    expect(samples.body.items.filter((sample: any) => sample.metadata.level !== 3)).toEqual([]);
    const easy = await service.post('/api/v1/suites/dates-v1/editions', { difficulty: 'easy' });
    expect([easy.status, easy.body.name]).toEqual([201, 'dates-v1-easy']);
    const again = await service.post('/api/v1/suites/dates-v1/editions', { difficulty: 'easy' });
    expect([again.status, again.body.content_hash]).toEqual([200, easy.body.content_hash]);
    const impossible = await service.post('/api/v1/suites/dates-v1/editions', { difficulty: 'brutal' });
    expect([impossible.status, impossible.body.errors[0].path]).toEqual([422, 'difficulty']);
    const unknown = await service.post('/api/v1/suites/reasonin/editions', {});
    expect([unknown.status, unknown.body.detail]).toEqual([404, expect.stringMatching(/reasoning-v1/)]);
  });

  it.each([{ path: 'f.csv' }, { url: 'http://127.0.0.1:1/f.csv' }])(
    'imports no %j where the operator has not enabled that',
    async (file) => {
      const body = { name: 'off', scoring: CAPITALS.scoring, files: [file] };
      const answer = await service.post('/api/v1/benchmarks/import', body);
      expect([answer.status, answer.body.code]).toEqual([422, 'not_enabled']);
    },
  );

  it('names the nearest benchmarks for an unknown one', async () => {
    const answer = await service.get('/api/v1/benchmarks/capital');
    expect([answer.status, answer.body.code]).toEqual([404, 'benchmark_not_found']);
    expect(answer.body.detail).toMatch(/"capital".*capitals/);
  });
});
