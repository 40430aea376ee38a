import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startTestService, type TestService } from '#test/support/service';

const FILE = `# yaml-language-server: $schema=http://localhost:8000/api/v1/schemas/benchmark.json
name: capitals-file
title: Capitals
prompt:
  messages:
    - { role: user, content: "Capital of {{ input }}?" }
scoring:
  scorers: [{ type: includes, weight: 2 }]
samples:
  - { id: fr, input: France, target: Paris, category: europe }
  - { id: jp, input: Japan, target: [Tokyo, Tōkyō], category: asia, metadata: { since: 1868 } }
`;

describe('definition files', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startTestService()));
  afterAll(() => service.close());

  const send = async (text: string, query = '') => {
    const response = await fetch(`${service.url}/api/v1/benchmarks${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/yaml' },
      body: text,
    });
    return { status: response.status, body: await response.json() };
  };

  it('rehearse without storing, publish, and are the same version again, as JSON and as exported', async () => {
    const rehearsed = await send(FILE, '?dry_run=true');
    expect(rehearsed).toMatchObject({
      status: 200,
      body: { dry_run: true, would_create: true, sample_count: 2 },
    });
    expect(rehearsed.body.prompts[0]).toEqual({
      sample_id: 'fr',
      messages: [{ role: 'user', content: 'Capital of France?' }],
    });
    expect((await service.get('/api/v1/benchmarks/capitals-file')).status).toBe(404);

    const published = await send(FILE);
    expect([published.status, published.body.content_hash]).toEqual([201, rehearsed.body.content_hash]);
    const again = await service.post('/api/v1/benchmarks', parse(FILE));
    expect([again.status, again.body.version_id]).toEqual([200, published.body.version_id]);
    for (const format of ['yaml', 'json']) {
      const path = `/api/v1/benchmarks/capitals-file/versions/1/export?format=${format}`;
      const text = await (await fetch(`${service.url}${path}`)).text();
      expect((await send(text)).body).toEqual(published.body);
    }
  });

  it('round-trip with splits mixed in any order', async () => {
    const samples = ['a', 'b', 'c', 'd'].map((id, i) => ({
      id,
      input: id,
      target: id,
      split: i % 2 ? 'test' : 'train',
    }));
    const scoring = { scorers: [{ type: 'exact' }] };
    const first = await service.post('/api/v1/benchmarks', {
      name: 'mixed',
      scoring,
      split: 'test',
      samples,
    });
    const text = await (await fetch(`${service.url}/api/v1/benchmarks/mixed/versions/1/export`)).text();
    const again = await send(text);
    expect([again.status, again.body.version_id]).toEqual([200, first.body.version_id]);
  });

  it('list their categories, in order and with titles, and refuse samples of others', async () => {
    const listed = (samples: object[]) => ({
      name: 'listed',
      scoring: { scorers: [{ type: 'exact' }] },
      categories: [
        { name: 'asia', title: 'Asia and the Pacific' },
        { name: 'africa' },
        { name: 'europe', description: 'With Turkey.' },
      ],
      samples: [{ id: 'fr', input: 'France', target: 'Paris', category: 'europe' }, ...samples],
    });
    const japan = { id: 'jp', input: 'Japan', target: 'Tokyo', category: 'asai' };
    const refused = await service.post('/api/v1/benchmarks', listed([japan]));
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_samples']);
    expect(refused.body.errors).toEqual([
      {
        sample_id: 'jp',
        message:
          'The category "asai" is not among those that the definition lists. Nearest known: asia, africa, europe.',
      },
    ]);
    const kept = [
      { ...japan, category: 'asia' },
      { id: 'x', input: 'Atlantis', target: 'none' },
    ];
    const { body } = await service.post('/api/v1/benchmarks', listed(kept));
    const categories = [
      { name: 'asia', title: 'Asia and the Pacific', samples: 1 },
      { name: 'africa', samples: 0 },
      { name: 'europe', description: 'With Turkey.', samples: 1 },
    ];
    expect(body.categories).toEqual(categories);
    expect((await service.get('/api/v1/benchmarks/listed/versions/1')).body.categories).toEqual(categories);
    const { items } = (await service.get('/api/v1/benchmarks')).body;
    expect(items.find((item: any) => item.name === 'listed').categories).toEqual(categories);
    const text = await (await fetch(`${service.url}/api/v1/benchmarks/listed/versions/1/export`)).text();
    expect(parse(text).categories).toEqual(listed([]).categories);
    expect((await send(text)).body.version_id).toBe(body.version_id);
  });

  it.each([
    [
      'a category twice',
      FILE.replace('title: Capitals', 'categories: [{ name: a }, { name: a }]'),
      { path: 'categories', line: 3 },
      /same category twice/,
    ],
    ['an unknown key', FILE.replace('title:', 'titel:'), { path: 'titel', line: 3 }, /Did you mean title/],
    ['a scorer option', FILE.replace('weight:', 'wieght:'), { line: 8 }, /Did you mean weight/],
    ['a key twice', `${FILE}title: Again\n`, { line: 12 }, /unique/i],
    [
      'a sample without target',
      FILE.replace('target: Paris, ', ''),
      { path: 'samples.0.target', line: 10 },
      /missing/,
    ],
    ['a tag', FILE.replace('Capitals\n', '!!js/function "x"\n'), { line: 3 }, /tag/i],
    ['broken syntax', FILE.replace('scorers: [', 'scorers: [['), {}, /./],
  ])('tell of %s with its line', async (_what, text, place, message) => {
    const { status, body } = await send(text);
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ ...place, message: expect.stringMatching(message) });
    expect(body.errors[0].line).toBeGreaterThan(0);
  });

  it('refuse aliases that multiply', async () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    const { status, body } = await send(['l0: &l0 [lol]', ...levels].join('\n'));
    expect([status, body.code]).toEqual([422, 'invalid_yaml']);
    expect(body.detail).toMatch(/alias/i);
  });

  it.each(['a: &a [*a]', '&a {samples: [[*a]]}'])('refuse what holds itself: %s', async (text) => {
    const { status, body } = await send(text);
    expect([status, body.code]).toEqual([422, 'invalid_yaml']);
    expect(body.errors[0].message).toBe('The alias *a is inside of what it stands for');
  });

  it('are compared by version', async () => {
    await send(FILE.replace('capitals-file', 'diffed'));
    await send(
      FILE.replace('capitals-file', 'diffed')
        .replace('weight: 2', 'weight: 3')
        .replace('target: Paris', 'target: Lutetia')
        .replace('id: jp', 'id: nippon'),
    );
    const { body } = await service.get('/api/v1/benchmarks/diffed/diff?from=1&to=2');
    expect(body).toEqual({
      from: 1,
      to: 2,
      definition: [{ path: 'scoring.scorers.0.weight', from: 2, to: 3 }],
      samples: {
        added: { count: 1, first: [{ id: 'nippon' }] },
        removed: { count: 1, first: [{ id: 'jp' }] },
        changed: { count: 1, first: [{ id: 'fr', fields: ['target'] }] },
      },
    });
    const named = await service.get('/api/v1/benchmarks/diffed/diff?from=1&to=2&limit=0');
    expect(named.body.samples.added).toEqual({ count: 1, first: [] });
  });

  it('are archived: in no list, no new run, but readable, until taken out', async () => {
    await send(FILE.replace('capitals-file', 'shelved'));
    await service.post('/api/v1/agents', {
      name: 'paris',
      adapter: 'baseline',
      model: 'constant',
      settings: { answer: 'Paris' },
    });
    const run = { benchmark: 'shelved', agents: ['paris'] };
    const started = await service.post('/api/v1/runs', run);
    await service.finish(started.body.id);
    expect((await service.post('/api/v1/benchmarks/shelved/archive')).body.status).toBe('archived');
    const names = async (query: string) =>
      (await service.get(`/api/v1/benchmarks?limit=100${query}`)).body.items.map((item: any) => item.name);
    expect(await names('')).not.toContain('shelved');
    expect(await names('&status=archived')).toEqual(['shelved']);
    expect(await service.post('/api/v1/runs', run)).toMatchObject({
      status: 409,
      body: { code: 'benchmark_archived' },
    });
    expect((await service.get(`/api/v1/runs/${started.body.id}`)).body).toMatchObject({
      status: 'completed',
    });
    await service.post('/api/v1/benchmarks/shelved/unarchive');
    expect((await service.post('/api/v1/runs', run)).status).toBe(202);
  });

  it('come as the one file of a form too, YAML or JSON, with lines in errors', async () => {
    const file = FILE.replace('capitals-file', 'dragged');
    const rehearsed = await service.upload('/api/v1/benchmarks?dry_run=true', file);
    expect(rehearsed).toMatchObject({ status: 200, body: { dry_run: true, sample_count: 2 } });
    const published = await service.upload('/api/v1/benchmarks', file);
    expect([published.status, published.body.content_hash]).toEqual([201, rehearsed.body.content_hash]);
    const json = await service.upload('/api/v1/benchmarks', JSON.stringify(parse(file), null, 2));
    expect([json.status, json.body.version_id]).toEqual([200, published.body.version_id]);
    const wrong = await service.upload('/api/v1/benchmarks', file.replace('title:', 'titel:'));
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: 'titel', line: 3 }] } });
    const latin = await service.upload(
      '/api/v1/benchmarks',
      new Blob([Buffer.from(file + '# \xe9', 'latin1')]),
    );
    expect(latin).toMatchObject({ status: 422, body: { code: 'not_utf8' } });
    const large = await service.upload('/api/v1/benchmarks', `${file}#${'x'.repeat(11 * 2 ** 20)}`);
    expect(large).toMatchObject({ status: 413, body: { code: 'file_too_large' } });
    const form = new FormData();
    form.append('note', 'no file');
    const none = await fetch(`${service.url}/api/v1/benchmarks`, { method: 'POST', body: form });
    expect([none.status, (await none.json()).code]).toEqual([422, 'file_missing']);
  });

  it('are cloned, any version, and say what they were cloned from', async () => {
    const original = FILE.replace('capitals-file', 'original');
    const [first] = [await send(original), await send(original.replace('target: Paris', 'target: Lutetia'))];
    expect(first.body.cloned_from).toBeNull();
    const cloned = await service.post('/api/v1/benchmarks/original/clone', { name: 'copy', version: 1 });
    expect(cloned).toMatchObject({
      status: 201,
      body: {
        name: 'copy',
        title: 'Capitals',
        version: 1,
        content_hash: first.body.content_hash,
        sample_count: 2,
        cloned_from: { benchmark: 'original', version: 1, version_id: first.body.version_id },
      },
    });
    const samplesOf = async (name: string) =>
      (await service.get(`/api/v1/benchmarks/${name}/versions/1/samples`)).body.items;
    expect(await samplesOf('copy')).toEqual(await samplesOf('original'));
    const again = await send(original.replace('name: original', 'name: copy'));
    expect([again.status, again.body.version_id]).toEqual([200, cloned.body.version_id]);
    const latest = await service.post('/api/v1/benchmarks/original/clone', { name: 'newer', title: 'Newer' });
    expect(latest.body).toMatchObject({ title: 'Newer', cloned_from: { version: 2 } });
    const { items } = (await service.get('/api/v1/benchmarks')).body;
    expect(items.find((item: any) => item.name === 'copy').cloned_from.benchmark).toBe('original');
    for (const [path, body, status, code] of [
      ['original', { name: 'copy' }, 409, 'benchmark_exists'],
      ['original', { name: 'third', version: 9 }, 404, 'benchmark_not_found'],
      ['orignal', { name: 'third' }, 404, 'benchmark_not_found'],
      ['original', { name: 'Third' }, 422, 'validation_failed'],
    ] as const) {
      const refused = await service.post(`/api/v1/benchmarks/${path}/clone`, body);
      expect([refused.status, refused.body.code]).toEqual([status, code]);
    }
  });

  it('have a JSON Schema that accepts them and refuses others', async () => {
    const { body: schema } = await service.get('/api/v1/schemas/benchmark.json');
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(parse(FILE)), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...parse(FILE), titel: 'x' })).toBe(false);
    expect(validate({ ...parse(FILE), samples: undefined })).toBe(false);
  });
});
