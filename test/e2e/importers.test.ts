import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const PATH = '/api/v1/benchmarks/import/lm-eval';
const TASK = 'doc_to_text: "Capital of {{country}}?"\ndoc_to_target: capital\ntag: world\n';
const ROWS = '{"country": "France", "capital": "Paris"}\n{"country": "Italy", "capital": "Rome"}\n';

describe('tasks of lm-evaluation-harness', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startTestService()));
  afterAll(() => service.close());

  it('become a version once, and the same version again', async () => {
    const options = { name: 'capitals', title: 'Capitals', task: TASK };
    const first = await service.upload(PATH, ROWS, options);
    expect(first).toMatchObject({
      status: 201,
      body: { name: 'capitals', title: 'Capitals', version: 1, sample_count: 2 },
    });
    expect(first.body.not_carried_over).toEqual([{ key: 'tag', reason: expect.any(String) }]);
    expect(await service.upload(PATH, ROWS, options)).toMatchObject({ status: 200, body: { version: 1 } });
    const { items } = (await service.get('/api/v1/benchmarks/capitals/versions/1/samples')).body;
    expect(items).toMatchObject([
      { id: 'sample-000001', input: 'Capital of France?', target: ['Paris'], metadata: {} },
      { id: 'sample-000002', input: 'Capital of Italy?', target: ['Rome'], metadata: {} },
    ]);
  });

  it('are rehearsed with the prompts, and nothing is stored', async () => {
    const options = { name: 'rehearsed', task: TASK, dry_run: true };
    const { status, body } = await service.upload(PATH, ROWS, options);
    expect([status, body.dry_run, body.would_create, body.sample_count]).toEqual([200, true, true, 2]);
    expect(body.prompts[1]).toEqual({
      sample_id: 'sample-000002',
      messages: [{ role: 'user', content: 'Capital of Italy?' }],
    });
    expect((await service.get('/api/v1/benchmarks/rehearsed')).status).toBe(404);
  });

  it('are refused with the line of a row that does not fit, of CSV too', async () => {
    const { status, body } = await service.upload(PATH, 'country,capital\nFrance,Paris\nItaly,\n', {
      name: 'bad',
      task: TASK,
    });
    expect([status, body.code]).toEqual([422, 'invalid_samples']);
    expect(body.errors).toEqual([
      expect.objectContaining({
        line: 3,
        message: 'doc_to_target is the column capital, which the row lacks',
      }),
    ]);
  });

  it('are refused with the line of their code', async () => {
    const { status, body } = await service.upload(PATH, ROWS, {
      name: 'hooks',
      task: `${TASK}process_docs: !function utils.process_docs\n`,
    });
    expect([status, body.code]).toEqual([422, 'code_hooks']);
    expect(body.errors).toEqual([{ message: 'the task: !function utils.process_docs is code', line: 4 }]);
  });

  it('work as docs/importers.md shows', async () => {
    const page = await readFile(new URL('../../docs/importers.md', import.meta.url), 'utf8');
    const block = (language: string): string =>
      new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
    const imported = await service.upload(PATH, block('jsonl'), JSON.parse(block('json')));
    expect(imported).toMatchObject({ status: 201, body: { sample_count: 2 } });
    expect(imported.body.not_carried_over.map(({ key }: { key: string }) => key)).toEqual(['tag']);
    await service.post('/api/v1/agents', { name: 'said', adapter: 'replay' });
    const said = [
      { sample_id: 'sample-000001', output: 'It is 42.' },
      { sample_id: 'sample-000002', output: 'So\n#### 999' },
    ];
    const recording = said.map((answer) => JSON.stringify(answer)).join('\n');
    await service.upload('/api/v1/agents/said/recording', recording, undefined, 'PUT');
    const { body: run } = await service.post('/api/v1/runs', { benchmark: 'sums', agents: ['said'] });
    await service.finish(run.id);
    const { items } = (await service.get(`/api/v1/results?run_id=${run.id}`)).body;
    const given = Object.fromEntries(items.map((item: any) => [item.sample_id, item.scores]));
    expect(given).toMatchObject({
      'sample-000001': { strict_match: { value: 0 }, flexible_extract: { value: 0, answer: '42.' } },
      'sample-000002': { strict_match: { value: 1 }, flexible_extract: { value: 1 } },
    });
  });
});
