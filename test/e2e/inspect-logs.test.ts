import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const PATH = '/api/v1/runs/import/inspect';

const sample = (id: number, epoch: number, value: unknown, more: object = {}) => ({
  id,
  epoch,
  input: `What is ${id} + 1?`,
  target: String(id + 1),
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'attachment://q' },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', reasoning: 'hm' },
        { type: 'text', text: `${id}!` },
      ],
    },
  ],
  output: {
    model: 'm',
    choices: [{ message: { role: 'assistant', content: `${id}!` }, stop_reason: 'max_tokens' }],
    usage: { input_tokens: 10, output_tokens: 2, total_tokens: 12 },
    time: 0.5,
  },
  scores: {
    match: { value, answer: `${id}!`, explanation: 'as it is' },
    'my/grade': { value: id * 3, answer: null },
    parts: { value: { a: 1 } },
  },
  metadata: { level: id },
  attachments: { q: `What is ${id} + 1?` },
  events: [{ event: 'model', of: '} ] {' }],
  ...more,
});

const log = (samples: object[], more: object = {}) => ({
  version: 2,
  status: 'success',
  eval: {
    eval_id: 'eval-1',
    run_id: 'run-1',
    created: '2026-02-01T10:00:00+01:00',
    task: 'Popularity Test',
    task_id: 'task-1',
    model: 'ollama/llama3.1',
    dataset: { name: 'popularity', samples: 3 },
    config: { epochs: 2 },
    model_generate_config: { temperature: 0.3, max_tokens: 64, seed: 1 },
    scorers: [{ name: 'match', options: { location: 'end' } }],
  },
  plan: { name: 'plan', steps: [{ solver: 'generate', params: {} }], config: {} },
  results: { total_samples: 6, scores: [] },
  stats: { started_at: '2026-02-01T09:00:01+00:00', completed_at: '2026-02-01T09:01:01+00:00' },
  samples,
  reductions: [{ scorer: 'match', samples: [] }],
  ...more,
});

const WHOLE = [
  sample(1, 1, 'C'),
  sample(2, 1, 'P'),
  sample(3, 1, 'I'),
  sample(1, 2, 'C'),
  sample(2, 2, 'N', { limit: { type: 'token', limit: 64 } }),
  sample(3, 2, null, { scores: {}, error: { message: 'sandbox died', traceback: '' } }),
];

describe('eval logs of Inspect AI', () => {
  let service: TestService;
  let run: any;
  beforeAll(async () => void (service = await startTestService()));
  afterAll(() => service.close());

  const importLog = (content: object | string, options: object = {}) =>
    service.upload(PATH, typeof content === 'string' ? content : JSON.stringify(content), options);

  it('become finished runs with the scores that they have', async () => {
    const { status, body } = await importLog(log(WHOLE));
    expect(status).toBe(201);
    run = body;
    expect(run).toMatchObject({
      status: 'completed',
      benchmark: { name: 'popularity-test', version: 1 },
      config: { epochs: 2, temperature: 0.3, max_tokens: 64 },
      scorer_versions: { match: 1 },
      imported: { format: 'inspect_ai', run_id: 'eval-1' },
      created_at: '2026-02-01T09:00:00.000Z',
      completed_at: '2026-02-01T09:01:01.000Z',
    });
    expect(run.entries[0]).toMatchObject({
      agent: { name: 'ollama/llama3.1', adapter: 'replay', model: 'ollama/llama3.1' },
      input_tokens: 60,
      summary: {
        n: 3,
        outcomes: { scored: 5, infra_error: 1, agent_error: 0, unscored: 0 },
        latency_p50_ms: 500,
      },
    });
    // (1 + (0.5 + 0) / 2 + 0) / 3
    expect(run.entries[0].summary.score).toBeCloseTo(1.25 / 3, 12);
    const omitted = Object.fromEntries(run.not_carried_over.map(({ key, reason }: any) => [key, reason]));
    expect(omitted['samples.scores.my/grade']).toContain('such as 3');
    expect(omitted['samples.scores.parts']).toContain('{"a":1}');
    expect(omitted).toHaveProperty('samples.messages');
    expect(omitted).toHaveProperty(['plan.steps']);
  });

  it('keep what was said', async () => {
    const { items } = (await service.get(`/api/v1/results?run_id=${run.id}&sample_id=2`)).body;
    expect(items).toMatchObject([
      { epoch: 1, score: 0.5, scores: { match: { value: 0.5, answer: '2!' } } },
      { epoch: 2, score: 0 },
    ]);
    const path = `/api/v1/results/${run.id}/${run.entries[0].id}/2/transcript?epoch=2`;
    expect((await service.get(path)).body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is 2 + 1?' },
      ],
      output: '2!',
      finish_reason: 'max_tokens',
      explanations: { match: 'as it is' },
    });
  });

  it('are imported once', async () => {
    const again = await importLog(log(WHOLE));
    expect([again.status, again.body.id]).toEqual([200, run.id]);
  });

  it('cannot be run with their scorers, but their agent answers the same under ours', async () => {
    const refused = await service.post('/api/v1/runs', {
      benchmark: 'popularity-test',
      agents: ['ollama/llama3.1'],
    });
    expect([refused.status, refused.body.code]).toEqual([422, 'scoring_imported']);
    const { body: definition } = await service.get(
      '/api/v1/benchmarks/popularity-test/versions/1/export?format=json',
    );
    const scoring = { scorers: [{ type: 'includes' }] };
    await service.post('/api/v1/benchmarks', { ...definition, name: 'ours', scoring });
    const { body } = await service.post('/api/v1/runs', { benchmark: 'ours', agents: ['ollama/llama3.1'] });
    const done = await service.finish(body.id);
    expect(done.entries[0].summary.outcomes.scored).toBe(3);
    const compared = await service.get(`/api/v1/analytics/compare?entries=${run.id},${body.id}`);
    expect([compared.status, compared.body.code]).toEqual([409, 'not_comparable']);
  });

  it('are scored anew by our scorers, not by theirs', async () => {
    const score = (name: string, scorer: object) =>
      service.post(`/api/v1/runs/${run.id}/score-sets`, { name, scoring: { scorers: [scorer] } });
    const theirs = await score('theirs', { type: 'imported', tool: 'inspect_ai', scorer: 'match' });
    expect([theirs.status, theirs.body.code]).toEqual([422, 'scoring_imported']);
    const ours = await score('ours', { type: 'regex', pattern: '^[12]!$' });
    expect(ours.status).toBe(202);
    const set = await service.finish(ours.body.id);
    expect(set.entries[0].summary).toMatchObject({
      n: 3,
      score: 2 / 3,
      outcomes: { scored: 5, infra_error: 1 },
    });
  });

  it('are runs as far as they came where the eval broke off', async () => {
    const spec = (eval_id: string) => ({ ...log([]).eval, eval_id });
    const broken = await importLog(
      log(WHOLE.slice(0, 4), { eval: spec('eval-2'), status: 'error', error: { message: 'out of disk' } }),
    );
    expect(broken.body).toMatchObject({ status: 'failed', error: 'out of disk', done: 4, trials: 6 });
    const cancelled = await importLog(log(WHOLE.slice(0, 2), { eval: spec('eval-3'), status: 'cancelled' }));
    expect(cancelled.body).toMatchObject({ status: 'cancelled', done: 2 });
    const short = await importLog(log(WHOLE.slice(0, 5), { eval: spec('eval-4') }));
    expect(short.body.entries[0]).toMatchObject({ status: 'failed', error_code: 'incomplete_log' });
    const started = await importLog(log(WHOLE, { eval: spec('eval-5'), status: 'started' }));
    expect([started.status, started.body.code]).toEqual([422, 'inspect_log_unfinished']);
  });

  it('are read with the NaN of Python, and with no score where that is one', async () => {
    const spec = { ...log([]).eval, eval_id: 'eval-6', task: 'nan', config: {} };
    const text = JSON.stringify(log([sample(1, 1, 'C'), sample(2, 1, 'X-NaN-X')], { eval: spec }));
    const { body } = await importLog(text.replace('"X-NaN-X"', 'NaN'));
    expect(body.entries[0].summary.outcomes).toMatchObject({ scored: 1, unscored: 1 });
  });

  it('are refused in words where they cannot be read', async () => {
    const before = (await service.get('/api/v1/runs?limit=100')).body.items.length;
    const zip = await importLog('PK\u0003\u0004…');
    expect([zip.body.code, zip.body.detail]).toEqual([
      'eval_format',
      expect.stringContaining('inspect log dump'),
    ]);
    const spec = { ...log([]).eval, eval_id: 'eval-7' };
    const twice = await importLog(log([WHOLE[0]!, WHOLE[0]!], { eval: spec }));
    expect(twice.body.errors).toEqual([expect.objectContaining({ row: 2, sample_id: '1' })]);
    const noInput = await importLog(log([sample(1, 1, 'C', { input: '' })], { eval: spec }));
    expect(noInput.body.errors).toEqual([expect.objectContaining({ row: 1, path: 'input' })]);
    const scale = await importLog(log([sample(1, 1, 7)], { eval: spec }));
    expect([scale.status, scale.body.code]).toEqual([422, 'nothing_scored']);
    expect((await importLog(log([], { eval: spec }))).body.code).toBe('invalid_inspect_log');
    expect((await importLog('{"version": 2')).body.code).toBe('invalid_inspect_log');
    expect((await importLog('[1]')).body.code).toBe('invalid_inspect_log');
    expect((await service.get('/api/v1/runs?limit=100')).body.items).toHaveLength(before);
  });

  it('work as docs/importers.md shows', async () => {
    const page = await readFile(new URL('../../docs/importers.md', import.meta.url), 'utf8');
    const section = page.slice(page.indexOf('## Inspect AI'));
    const [, text = ''] = /```json\n(.*?)```/s.exec(section) ?? [];
    const { status, body } = await importLog(text);
    expect(status).toBe(201);
    expect(body).toMatchObject({ benchmark: { name: 'arithmetic' }, scorer_versions: { match: 1 } });
    expect(body.entries[0].summary).toMatchObject({ score: 0.75, n: 2 });
    expect(body.not_carried_over.map(({ key }: any) => key)).toContain('samples.scores.length');
  });
});
