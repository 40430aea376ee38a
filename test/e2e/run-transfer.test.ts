import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

/** What this and another process have in common. */
type Client = Awaited<ReturnType<SpawnedService['start']>>;

const SAMPLES = Array.from({ length: 60 }, (_, i) => ({
  id: `q${i}`,
  input: `What is ${i} + 7?`,
  target: String(i + 7),
  category: ['small', 'middle', 'large'][i % 3],
  metadata: { place: i },
}));

/** Figures of all kinds: partial scores, errors, several epochs. */
const DEFINITION = {
  name: 'sums',
  title: 'Sums',
  scoring: { scorers: [{ type: 'levenshtein' }, { type: 'exact', weight: 2 }] },
};

describe('a run that one instance exports', () => {
  let from: TestService;
  let other: SpawnedService;
  let to: Client;
  let run: any;
  let file: string;
  beforeAll(async () => {
    other = await SpawnedService.create();
    [from, to] = await Promise.all([startTestService({ LOCAL_MODELS: 'on' }), other.start()]);
    await from.post('/api/v1/benchmarks', { ...DEFINITION, samples: SAMPLES });
    await from.post('/api/v1/agents', { name: 'near', adapter: 'replay' });
    const answers = SAMPLES.flatMap(({ id, target }, i) =>
      [1, 2, 3].flatMap((epoch) =>
        (i + epoch) % 11 === 0
          ? []
          : [
              {
                sample_id: id,
                epoch,
                output: (i * epoch) % 3 === 0 ? target : `${target}${'=7'.repeat((i * epoch) % 5)}`,
                usage: { input_tokens: 10 + i, output_tokens: epoch },
              },
            ],
      ),
    );
    await from.upload(
      '/api/v1/agents/near/recording',
      answers.map((answer) => JSON.stringify(answer)).join('\n'),
      undefined,
      'PUT',
    );
    await from.post('/api/v1/agents', {
      name: 'always',
      adapter: 'baseline',
      model: 'constant',
      settings: { answer: '12' },
    });
    const started = await from.post('/api/v1/runs', {
      benchmark: 'sums',
      agents: ['near', 'always'],
      epochs: 3,
      temperature: 0,
    });
    run = await from.finish(started.body.id);
    file = await textOf(`${from.url}/api/v1/runs/${run.id}/export`, 'identity');
  });
  afterAll(() => Promise.all([from.close(), other.remove()]));

  const importFile = (content: string | Blob, service: Client = to) =>
    service.upload('/api/v1/runs/import', content);

  it('is a line for the run, its samples and its trials, and an end with a checksum', () => {
    const lines = file
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual([
      'run',
      ...SAMPLES.map(() => 'sample'),
      ...Array.from({ length: 360 }, () => 'trial'),
      'end',
    ]);
    expect(lines[0].origin).toEqual({ format: 'aibench-run', instance: from.url, run_id: run.id });
    expect(lines.at(-1)).toMatchObject({ samples: 60, trials: 360 });
  });

  it('is compressed for who accepts it, and as a file', async () => {
    const asFile = await fetch(`${from.url}/api/v1/runs/${run.id}/export?format=jsonl.gz`);
    expect(asFile.headers.get('content-type')).toBe('application/gzip');
    expect(gunzipSync(Buffer.from(await asFile.arrayBuffer())).toString()).toBe(file);
    const encoded = await fetch(`${from.url}/api/v1/runs/${run.id}/export`);
    expect(encoded.headers.get('content-encoding')).toBe('gzip');
    expect(await encoded.text()).toBe(file);
  });

  it('changes nothing where lines are missing, changed or wrong, and says which', async () => {
    const lines = file.trimEnd().split('\n');
    const cut = await importFile(`${lines.slice(0, 200).join('\n')}\n`);
    expect([cut.status, cut.body.code]).toEqual([422, 'invalid_run_file']);
    expect(cut.body.detail).toContain('was cut');
    const without = await importFile(lines.filter((_, at) => at !== 100).join('\n'));
    expect(without.body.detail).toContain('lines are missing');
    const changed = await importFile(file.replace('"outcome":"agent_error"', '"outcome":"infra_error"'));
    expect(changed.body.detail).toContain('checksum');
    const trial = lines.findIndex((line) => line.startsWith('{"type":"trial"'));
    const unknown = await importFile(file.replace('"sample_id":"q0"', '"sample_id":"nobody"'));
    expect(unknown.body.code).toBe('invalid_run_file');
    const twice = await importFile([...lines.slice(0, trial + 1), ...lines.slice(trial)].join('\n'));
    expect([twice.status, twice.body.code]).toEqual([422, 'invalid_run_file']);
    const broken = await importFile(
      [...lines.slice(0, 70), '{"type":"trial"', ...lines.slice(70)].join('\n'),
    );
    expect(broken.body.errors).toEqual([expect.objectContaining({ line: 71 })]);
    const noScore = await importFile(file.replace(/"score":[\d.]+,/, '"score":null,'));
    expect(noScore.body.errors).toEqual([expect.objectContaining({ path: 'score' })]);
    const otherTarget = await importFile(file.replace('"target":"7"', '"target":"8"'));
    expect(otherTarget.body.detail).toContain('another content');
    expect((await importFile('{"id": "q1"}')).body.errors).toEqual([expect.objectContaining({ line: 1 })]);
    expect((await to.get('/api/v1/runs')).body.items).toEqual([]);
    expect((await to.get('/api/v1/benchmarks')).body.items.map(({ name }: any) => name)).not.toContain(
      'sums',
    );
    expect((await to.get('/api/v1/agents')).body.items.map(({ name }: any) => name)).not.toContain('near');
  });

  it('is the same run in another instance, to the last digit', async () => {
    const imported = await importFile(new Blob([gzipSync(file)]));
    expect(imported.status).toBe(201);
    const copy = imported.body;
    expect(copy.imported).toMatchObject({ format: 'aibench-run', instance: from.url, run_id: run.id });
    expect(withoutIds(copy)).toEqual(withoutIds(run));
    expect(await resultsOf(to, copy.id)).toEqual(await resultsOf(from, run.id));
    for (const path of ['', '/analysis']) {
      const [there, here] = await Promise.all([
        from.get(`/api/benchmark/results/${run.id}${path}`),
        to.get(`/api/benchmark/results/${copy.id}${path}`),
      ]);
      expect(withoutIds(here.body)).toEqual(withoutIds(there.body));
    }
    const compare = (service: Client, { entries }: any) =>
      service.get(`/api/v1/analytics/compare?entries=${entries.map(({ id }: any) => id).join()}`);
    const [there, here] = await Promise.all([compare(from, run), compare(to, copy)]);
    expect(there.status).toBe(200);
    expect(withoutIds(here.body)).toEqual(withoutIds(there.body));
    const transcripts = await Promise.all(
      [from, to].map(async (service, at) => {
        const { id, entries } = at === 0 ? run : copy;
        return (await service.get(`/api/v1/results/${id}/${entries[0].id}/q4/transcript?epoch=2`)).body;
      }),
    );
    expect(withoutIds(transcripts[1])).toEqual(withoutIds(transcripts[0]));
  });

  it('is imported once: the same file again, and in its own instance, answers with the run that is there', async () => {
    const [again, own] = await Promise.all([importFile(file), importFile(file, from)]);
    const { items } = (await to.get('/api/v1/runs')).body;
    expect([again.status, again.body.id]).toEqual([200, items[0].id]);
    expect([own.status, own.body.id]).toEqual([200, run.id]);
    expect(items).toHaveLength(1);
    const onward = await textOf(`${to.url}/api/v1/runs/${items[0].id}/export`, 'identity');
    expect((await importFile(onward, from)).body.id).toBe(run.id);
  });

  it('goes on where it is: its replay agent has what it answered, and its errors are tried again', async () => {
    const [{ id }] = (await to.get('/api/v1/runs')).body.items;
    const retried = await to.post(`/api/v1/runs/${id}/retry`);
    expect(retried.status).toBe(202);
    const done = await to.finish(id);
    expect(withoutIds(done.entries[1])).toEqual(withoutIds(run.entries[1]));
    expect(done.entries[0].summary.outcomes).toEqual(run.entries[0].summary.outcomes);
    expect((await importFile(file)).body.code).toBe('run_differs');
  });

  it('keeps what its filter let through and what was set by hand, and can be scored anew', async () => {
    const { body } = await from.post('/api/v1/runs', {
      benchmark: 'sums',
      agents: ['always'],
      categories: ['small'],
    });
    const { entries } = await from.finish(body.id);
    const path = (id: string, entry: string) => `/api/v1/results/${id}/${entry}/q3/override`;
    expect(
      (await from.post(path(body.id, entries[0].id), { score: 0.25, reason: 'near enough' })).status,
    ).toBeLessThan(300);
    const exported = await textOf(`${from.url}/api/v1/runs/${body.id}/export`, 'identity');
    const copy = (await importFile(exported)).body;
    expect(withoutIds(copy)).toEqual(withoutIds((await from.get(`/api/v1/runs/${body.id}`)).body));
    const { items } = (await to.get(`/api/v1/results?run_id=${copy.id}&overridden=true`)).body;
    expect(items).toMatchObject([{ sample_id: 'q3', score: 0.25 }]);
    const restored = await fetch(`${to.url}${path(copy.id, copy.entries[0].id)}?reason=no`, {
      method: 'DELETE',
    });
    expect([restored.status, await restored.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'no_former_score' }),
    ]);
    const set = await to.post(`/api/v1/runs/${copy.id}/score-sets`, {
      name: 'exactly',
      scoring: { scorers: [{ type: 'exact' }] },
    });
    expect(set.status).toBe(202);
    expect((await to.finish(set.body.id)).entries[0].summary).toMatchObject({ n: 20, score: 0 });
    const refused = await to.get(`/api/v1/runs/${set.body.id}/export`);
    expect([refused.status, refused.body.code]).toEqual([409, 'run_is_score_set']);
    await to.post(`/api/v1/runs/${copy.id}/extend`, { epochs: 2 });
    await to.finish(copy.id);
    const rows = await resultsOf(to, copy.id);
    expect([rows.length, new Set(rows.map(({ category }) => category))]).toEqual([40, new Set(['small'])]);
  });

  it('is not exported before its end', async () => {
    const provider = await startProviderServer({ answer: () => '12' });
    provider.behave({ delayMs: 60_000 });
    const settings = { base_url: `${provider.url}/v1` };
    await from.post('/api/v1/agents', { name: 'slow', adapter: 'openai', model: 'm', settings });
    const { body } = await from.post('/api/v1/runs', { benchmark: 'sums', agents: ['slow'] });
    const answer = await from.get(`/api/v1/runs/${body.id}/export`);
    expect([answer.status, answer.body.code]).toEqual([409, 'run_not_finished']);
    await from.post(`/api/v1/runs/${body.id}/cancel`);
    await provider.close();
  });
});

async function textOf(url: string, encoding: string): Promise<string> {
  const response = await fetch(url, { headers: { 'accept-encoding': encoding } });
  expect(response.status).toBe(200);
  return response.text();
}

async function resultsOf(service: Client, runId: string): Promise<any[]> {
  const text = await textOf(`${service.url}/api/v1/runs/${runId}/results/export?format=jsonl`, 'identity');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => withoutIds(JSON.parse(line)));
}

/** Without what names a row here and is another there. */
function withoutIds(value: any): any {
  const text = JSON.stringify(value, (key, member) =>
    ['id', 'run_id', 'entry_id', 'version_id', 'imported', 'results_url'].includes(key) ? undefined : member,
  );
  return JSON.parse(text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id'));
}
