import type { Answer, TestService } from '#test/support/service';

/** What a workspace holds, in the words of the API's parameters: real values of each. */
export interface Fixture {
  /** By name of a path's or query's parameter, or of a member of a body. */
  known: Record<string, string[]>;
  /** Texts that uploads take, one of each kind. */
  files: string[];
}

const SAMPLES = ['one', 'two', 'three'].map((id, i) => ({
  id,
  input: `What is ${i} + 1?`,
  target: String(i + 1),
  category: i > 0 ? 'high' : 'low',
}));

const INSPECT_LOG = JSON.stringify({
  version: 2,
  status: 'success',
  eval: {
    task: 'Fixture',
    model: 'none',
    created: '2026-02-01T10:00:00Z',
    config: {},
    scorers: [{ name: 'match' }],
  },
  samples: [
    {
      ...{ id: 'one', epoch: 1, input: 'What is 0 + 1?', target: '1' },
      output: {
        model: 'none',
        choices: [{ message: { role: 'assistant', content: '1' }, stop_reason: 'stop' }],
      },
      scores: { match: { value: 'C', answer: '1' } },
    },
  ],
});

const jsonl = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

type Client = Pick<TestService, 'get' | 'post' | 'fetch' | 'upload' | 'finish'>;

/**
 * Makes one of everything that a route's parameter may name: two agents, a benchmark of three samples in two versions,
 * two finished runs, an override, a label, a score set, a secret and a webhook with a delivery.
 * @param hookUrl where the webhook's deliveries go.
 */
export async function makeFixture(client: Client, hookUrl: string): Promise<Fixture> {
  const made = async (answer: Promise<Answer>): Promise<any> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`The fixture was refused: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const post = (path: string, body: object): Promise<any> => made(client.post(path, body));

  const agents = [];
  for (const model of ['calculator', 'constant'])
    agents.push(
      await post('/api/v1/agents', {
        name: `fixture-${model}`,
        adapter: 'baseline',
        model,
        ...(model === 'constant' && { settings: { answer: '1' } }),
      }),
    );
  const replay = await post('/api/v1/agents', { name: 'fixture-replay', adapter: 'replay' });
  for (const title of ['First', 'Second'])
    await post('/api/v1/benchmarks', {
      name: 'fixture',
      title,
      scoring: { scorers: [{ type: 'exact', name: 'right' }] },
      samples: title === 'First' ? SAMPLES.slice(1) : SAMPLES,
    });
  const benchmark = await made(client.get('/api/v1/benchmarks/fixture'));
  const names = agents.map(({ name }) => name as string);
  const runs = [];
  for (const epochs of [1, 2]) {
    const { id } = await post('/api/v1/runs', { benchmark: 'fixture', agents: names, epochs });
    runs.push(await client.finish(id));
  }
  const [run] = runs;
  const entryIds = run.entries.map(({ id }: any) => id as string);
  await post(`/api/v1/results/${run.id}/${entryIds[0]}/one/override`, { score: 1, reason: 'Right.' });
  const label = { agent: names[0], sample_id: 'one', scorer: 'right', rater: 'ada', value: 1 };
  await post(`/api/v1/runs/${run.id}/labels`, { labels: [label, { ...label, sample_id: 'two' }] });
  const labels = await made(client.get(`/api/v1/runs/${run.id}/labels`));
  const set = await post(`/api/v1/runs/${run.id}/score-sets`, {
    name: 'fixture',
    scoring: { scorers: [{ type: 'includes', name: 'right' }] },
  });
  const webhook = await post('/api/v1/webhooks', { url: hookUrl });
  const delivery = await post(`/api/v1/webhooks/${webhook.id}/test`, {});
  const secret = { value: 'a value that nobody reads', origin: 'https://bot.example.com' };
  await made(client.fetch('/api/v1/secrets/FIXTURE_SECRET', 'PUT', secret));
  const page = await made(client.get('/api/v1/runs?limit=1'));
  const exported = await made(client.get(`/api/v1/runs/${run.id}/export`));
  const runIds = runs.map(({ id }) => id as string);
  const benchmarks = ['fixture', 'fixture@1', benchmark.id];
  return {
    known: {
      agent: [...names, agents[0].id, replay.name],
      agents: names,
      allow: ['samples', 'prompt', 'scoring'],
      baseline: [entryIds[1]],
      benchmark: benchmarks,
      benchmarks: ['fixture@2,fixture@1'],
      candidate: [entryIds[0]],
      category: ['high'],
      cursor: [page.next_cursor],
      delivery_id: [delivery.id],
      entries: [entryIds.join(',')],
      entry: entryIds,
      entry_id: entryIds,
      from: ['1'],
      name: ['made-up', 'FIXTURE_SECRET'],
      label_id: labels.items.map(({ id }: any) => id as string),
      rater: ['ada'],
      run: runIds,
      run_id: runIds,
      sample_id: ['one', 'two'],
      sample_ids: ['one', 'two'],
      score_set: [set.id],
      score_set_id: [set.id],
      scorer: ['right'],
      since: ['2020-01-01T00:00:00Z'],
      split: ['test'],
      suite: ['reasoning-v1'],
      job: ['database-size'],
      to: ['2'],
      until: ['2120-01-01T00:00:00Z'],
      version: ['1', '2'],
      webhook_id: [webhook.id],
    },
    files: [
      jsonl(SAMPLES),
      `input,target\n${SAMPLES.map(({ input, target }) => `${input},${target}\n`).join('')}`,
      jsonl([label]),
      jsonl([{ question: 'What is 1 + 1?', answer: 'It is\n#### 2' }]),
      jsonl([{ country: 'France', capital: 'Paris' }]),
      jsonl(SAMPLES.map(({ id }) => ({ sample_id: id, output: '1' }))),
      jsonl([
        {
          task_id: 't/0',
          prompt: 'def f():\n',
          entry_point: 'f',
          canonical_solution: '  pass',
          test: 'def check(c):\n  pass',
        },
      ]),
      jsonl([{ input: [{ role: 'user', content: 'Hello?' }], ideal: 'Hi.' }]),
      'prompts: ["{{question}}"]\nproviders: [openai:gpt-4o]\ntests:\n  - vars: {question: Hi}\n    assert: [{type: contains, value: hi}]\n',
      INSPECT_LOG,
      exported,
    ],
  };
}
