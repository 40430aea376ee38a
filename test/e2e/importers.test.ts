import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

/** The code blocks of a section of docs/importers.md, by language; of the last example in it. */
async function examples(title: string): Promise<(language: string) => string> {
  const page = await readFile(new URL('../../docs/importers.md', import.meta.url), 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return (language) => new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(section)?.[1] ?? '';
}

/** Scores by sample of a run of recorded answers, in the order of the samples. */
async function replayed(benchmark: string, outputs: Record<string, string>) {
  const agent = `said-${benchmark}`;
  await service.post('/api/v1/agents', { name: agent, adapter: 'replay' });
  const lines = Object.entries(outputs).map(([sample_id, output]) => JSON.stringify({ sample_id, output }));
  await service.upload(`/api/v1/agents/${agent}/recording`, lines.join('\n'), undefined, 'PUT');
  const { body: run } = await service.post('/api/v1/runs', { benchmark, agents: [agent] });
  await service.finish(run.id);
  const { items } = (await service.get(`/api/v1/results?run_id=${run.id}`)).body;
  return {
    runId: run.id as string,
    given: Object.fromEntries(items.map((item: any) => [item.sample_id, item])) as Record<string, any>,
  };
}

const PATH = '/api/v1/benchmarks/import/lm-eval';
const TASK = 'doc_to_text: "Capital of {{country}}?"\ndoc_to_target: capital\ntag: world\n';
const ROWS = '{"country": "France", "capital": "Paris"}\n{"country": "Italy", "capital": "Rome"}\n';

let service: TestService;
beforeAll(async () => void (service = await startTestService({ CODE_SANDBOX_PYTHON: 'on' })));
afterAll(() => service.close());

describe('tasks of lm-evaluation-harness', () => {
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
    const block = await examples('lm-evaluation-harness');
    const imported = await service.upload(PATH, block('jsonl'), JSON.parse(block('json')));
    expect(imported).toMatchObject({ status: 201, body: { sample_count: 2 } });
    expect(imported.body.not_carried_over.map(({ key }: { key: string }) => key)).toEqual(['tag']);
    const { given } = await replayed('sums', {
      'sample-000001': 'It is 42.',
      'sample-000002': 'So\n#### 999',
    });
    expect(given).toMatchObject({
      'sample-000001': {
        scores: { strict_match: { value: 0 }, flexible_extract: { value: 0, answer: '42.' } },
      },
      'sample-000002': { scores: { strict_match: { value: 1 }, flexible_extract: { value: 1 } } },
    });
  });
});

describe('evals of OpenAI Evals', () => {
  const EVALS = '/api/v1/benchmarks/import/openai-evals';

  it('work as docs/importers.md shows, and reach the agent as their messages', async () => {
    const block = await examples('OpenAI Evals');
    const options = JSON.parse(block('json'));
    const imported = await service.upload(EVALS, block('jsonl'), options);
    expect(imported).toMatchObject({ status: 201, body: { name: 'capitals-match', sample_count: 2 } });
    expect(imported.body.not_carried_over.map(({ key }: { key: string }) => key)).toEqual([
      'capitals.dev.v0.args.samples_jsonl',
    ]);
    expect(await service.upload(EVALS, block('jsonl'), options)).toMatchObject({ status: 200 });
    const { runId, given } = await replayed('capitals-match', {
      'sample-000001': 'It is Paris.',
      'sample-000002': 'The Hague, I think',
    });
    expect(given).toMatchObject({ 'sample-000001': { score: 0 }, 'sample-000002': { score: 1 } });
    const [entry] = (await service.get(`/api/v1/runs/${runId}`)).body.entries;
    const { body } = await service.get(`/api/v1/results/${runId}/${entry.id}/sample-000001/transcript`);
    expect(body.messages).toEqual([
      { role: 'system', content: 'Answer with the name only.' },
      { role: 'user', content: 'Capital of France?' },
    ]);
  });

  it('are rehearsed, and refused with the line that does not fit', async () => {
    const rows = '{"input": "2+2", "ideal": "{\\"a\\": 4}"}\n{"input": "3+3", "ideal": "six"}\n';
    const options = { name: 'json', class: 'JsonMatch', dry_run: true };
    const { status, body } = await service.upload(EVALS, rows, options);
    expect([status, body.code, body.errors[0].line]).toEqual([422, 'invalid_samples', 2]);
    const good = await service.upload(EVALS, rows.split('\n')[0]!, options);
    expect(good).toMatchObject({ status: 200, body: { dry_run: true, sample_count: 1 } });
    expect(good.body.prompts[0].messages).toEqual([{ role: 'user', content: '2+2' }]);
    expect((await service.get('/api/v1/benchmarks/json')).status).toBe(404);
  });

  it('are refused with the line of a class of their own', async () => {
    const registry = 'mine:\n  class: evals.elsuite.mine:Mine\n';
    const { status, body } = await service.upload(EVALS, '{}', { name: 'mine', registry });
    expect([status, body.code, body.errors[0].line]).toEqual([422, 'code_hooks', 2]);
  });
});

const HUMAN_EVAL = new URL('../../../shared/datasets/humaneval/HumanEval.jsonl.gz', import.meta.url);
const hasHumanEval = existsSync(HUMAN_EVAL);
if (!hasHumanEval) console.log(`\nSkipped: import of HumanEval, since it is not at ${HUMAN_EVAL.pathname}.`);

describe('HumanEval', () => {
  const ROUTE = '/api/v1/benchmarks/import/human-eval';

  it('works as docs/importers.md shows, where Python is run', async () => {
    const block = await examples('HumanEval');
    const imported = await service.upload(ROUTE, block('jsonl'), { name: 'human-eval' });
    expect(imported).toMatchObject({ status: 201, body: { sample_count: 2 } });
    expect(imported.body.not_carried_over.map(({ key }: { key: string }) => key)).toEqual(['pass@k']);
    const { given } = await replayed('human-eval', {
      'HumanEval/0': '    return x + x',
      'HumanEval/1': '    return x + x',
    });
    const results = ['HumanEval/0', 'HumanEval/1'].map((id) => [given[id].outcome, given[id].score]);
    // Without user namespaces no sandbox starts, which is said and is no 0.
    const judged = given['HumanEval/0'].outcome === 'scored';
    const unscored = ['unscored', null];
    expect(results).toEqual(
      judged
        ? [
            ['scored', 1],
            ['scored', 0],
          ]
        : [unscored, unscored],
    );
  });

  it('is refused with the line that is no row of it', async () => {
    const { status, body } = await service.upload(ROUTE, '{"task_id": "x"}\n', { name: 'bad' });
    expect([status, body.code, body.errors[0].line]).toEqual([422, 'invalid_samples', 1]);
  });

  it.skipIf(!hasHumanEval)('is imported whole, as it is published', async () => {
    const file = new Blob([await readFile(HUMAN_EVAL)]);
    const { status, body } = await service.upload(ROUTE, file, { name: 'whole', dry_run: true });
    expect([status, body.sample_count]).toEqual([200, 164]);
    expect(body.prompts[0].messages[0].content).toContain('def has_close_elements');
  });
});

describe('configurations of promptfoo', () => {
  const ROUTE = '/api/v1/benchmarks/import/promptfoo';

  it('work as docs/importers.md shows', async () => {
    const block = await examples('promptfoo');
    const options = JSON.parse(block('json'));
    const { status, body } = await service.upload(ROUTE, block('yaml'), options);
    expect([status, body.benchmarks.length, body.benchmarks[0]?.sample_count], JSON.stringify(body)).toEqual([
      201, 1, 3,
    ]);
    expect(body.not_carried_over.map(({ key }: { key: string }) => key)).toEqual(['tests.0.assert.1']);
    expect(body.agents).toMatchObject([
      { provider: 'openai:chat:gpt-5-mini', agent: { name: 'gpt-5-mini' } },
    ]);
    expect((await service.post('/api/v1/agents', body.agents[0].agent)).status).toBe(201);
    expect(await service.upload(ROUTE, block('yaml'), options)).toMatchObject({ status: 200 });
    const { runId, given } = await replayed('capitals-foo', {
      'test-0001': 'It is Paris',
      'test-0002-1': 'I think it is Rome',
      'test-0002-2': 'Lima',
    });
    expect(given).toMatchObject({
      'test-0001': { score: 1 },
      'test-0002-1': { score: 0 },
      'test-0002-2': { score: 1 },
    });
    const [entry] = (await service.get(`/api/v1/runs/${runId}`)).body.entries;
    const path = `/api/v1/results/${runId}/${entry.id}/test-0002-1/transcript`;
    const transcript = (await service.get(path)).body;
    expect(transcript.messages).toEqual([
      { role: 'user', content: 'What is the capital of Italy? Answer in three words.' },
    ]);
    expect(transcript.explanations.assertions).toContain('1 of 2 assertions pass');
  });

  const TWO =
    'prompts: ["{{ q }}", "{{ q }} {{ more }}"]\ntests:\n  - {vars: {q: 1}, assert: [{type: is-json}]}\n';

  it('are stored for all prompts or for none, and rehearsed', async () => {
    const { status, body } = await service.upload(ROUTE, TWO, { name: 'two' });
    expect([status, body.code, body.errors[0].line]).toEqual([422, 'invalid_samples', 3]);
    expect((await service.get('/api/v1/benchmarks/two-1')).status).toBe(404);
    const good = TWO.replace('q: 1', 'q: 1, more: 2');
    const rehearsed = await service.upload(ROUTE, good, { name: 'two', dry_run: true });
    expect(rehearsed.status).toBe(200);
    expect(
      rehearsed.body.benchmarks.map((one: any) => [one.name, one.prompt, one.prompts[0].messages[0].content]),
    ).toEqual([
      ['two-1', '{{ q }}', '1'],
      ['two-2', '{{ q }} {{ more }}', '1 2'],
    ]);
    expect((await service.get('/api/v1/benchmarks/two-1')).status).toBe(404);
    expect((await service.upload(ROUTE, good, { name: 'two' })).status).toBe(201);
    expect((await service.get('/api/v1/benchmarks/two-2')).body.description).toBe('');
  });

  it('are refused with the lines of their code', async () => {
    const config = 'prompts: [Hi]\ntests:\n  - assert:\n      - {type: javascript, value: output}\n';
    const { status, body } = await service.upload(ROUTE, config, { name: 'code' });
    expect([status, body.code]).toEqual([422, 'code_hooks']);
    expect(body.errors).toEqual([{ message: '"javascript" is code', path: 'tests.0.assert.0', line: 4 }]);
  });
});
