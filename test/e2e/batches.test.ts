import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

const SAMPLES = 100;
const WAYS = [
  { adapter: 'openai', path: '/v1' },
  { adapter: 'anthropic', path: '' },
];

let provider: ProviderServer;
let name = '';
let count = 0;
beforeEach(async () => {
  name = `batched-${++count}`;
  provider = await startProviderServer({ answer: () => ({ text: '42', usage: { input: 10, output: 5 } }) });
});
afterEach(() => provider.close());

type Client = Pick<TestService, 'get' | 'post' | 'finish'>;

/** An agent that answers in batches, and a benchmark for it. */
async function prepare(client: Client, { adapter, path } = WAYS[0]!, settings: object = {}): Promise<void> {
  const pricing = { input_usd_per_mtok: 1, output_usd_per_mtok: 2 };
  const made = [
    await client.post('/api/v1/agents', {
      name,
      adapter,
      model: 'm',
      settings: { base_url: `${provider.url}${path}`, batch: true, pricing, ...settings },
    }),
    await client.post('/api/v1/benchmarks', {
      name,
      scoring: { scorers: [{ type: 'includes' }] },
      samples: Array.from({ length: SAMPLES }, (_, i) => ({ id: `s${i}`, input: `q${i}`, target: '42' })),
    }),
  ];
  expect(made.map(({ status }) => status)).toEqual([201, 201]);
}

const startRun = async (client: Client, more: object = {}): Promise<string> => {
  const { status, body } = await client.post('/api/v1/runs', {
    benchmark: name,
    agents: [name],
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 202 });
  return body.id;
};

const resultsOf = async (client: Client, runId: string): Promise<any[]> =>
  (await client.get(`/api/v1/results?run_id=${runId}&limit=100`)).body.items;

const until = async (condition: () => unknown): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('in this process', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({
      LOCAL_MODELS: 'on',
      BATCH_POLL_SECONDS: '1',
      AGENT_MAX_ATTEMPTS: '2',
    });
  });
  afterAll(() => service.close());

  it.each(WAYS)('a run of an agent of $adapter is one batch, and each answer one result', async (way) => {
    await prepare(service, way);
    const runId = await startRun(service);
    const run = await service.finish(runId);
    expect(run).toMatchObject({
      status: 'completed',
      entries: [{ summary: { n: SAMPLES, score: 1, latency: null } }],
    });
    expect(provider.batches.all).toHaveLength(1);
    expect(provider.ledger).toHaveLength(SAMPLES);
    const results = await resultsOf(service, runId);
    expect(new Set(results.map(({ sample_id }) => sample_id)).size).toBe(SAMPLES);
    for (const result of results)
      expect(result).toMatchObject({
        outcome: 'scored',
        latency_ms: null,
        ttft_ms: null,
        input_tokens: 10,
        cost_usd: 0.00002,
        attempts: 1,
      });
    expect(run.entries[0].cost_usd).toBeCloseTo(SAMPLES * 0.00002);
  });

  it.each(WAYS)('asks $adapter again for what failed, as often as for calls', async (way) => {
    const seen = new Map<string, number>();
    provider.behave(({ messages }) => {
      const question = messages.at(-1)?.content ?? '';
      const times = (seen.get(question) ?? 0) + 1;
      seen.set(question, times);
      const reply = (status: number, type: string, message: string) => ({
        reply: { status, body: { type: 'error', error: { type, message } } },
      });
      if (question === 'q1') return reply(400, 'invalid_request_error', 'prompt is too long');
      if (question === 'q2') return reply(529, 'overloaded_error', 'Overloaded');
      if (question === 'q3' && times === 1) return reply(529, 'overloaded_error', 'Overloaded');
      if (question === 'q4' && times === 1) return { untried: true };
      return {};
    });
    await prepare(service, way);
    const runId = await startRun(service);
    expect(await service.finish(runId)).toMatchObject({ status: 'completed', done: SAMPLES });
    const by = new Map((await resultsOf(service, runId)).map((result) => [result.sample_id, result]));
    expect(by.get('s1')).toMatchObject({
      outcome: 'agent_error',
      error_code: 'context_too_long',
      attempts: 1,
    });
    expect(by.get('s2')).toMatchObject({
      outcome: 'infra_error',
      error_code: 'provider_overloaded',
      attempts: 2,
    });
    expect(by.get('s3')).toMatchObject({ outcome: 'scored', attempts: 2 });
    expect(by.get('s4')).toMatchObject({ outcome: 'scored', attempts: 2 });
    expect(provider.batches.all.map(({ requests }) => requests.length)).toEqual([SAMPLES, 3]);
  });

  it('cancels its batch with the run', async () => {
    provider.batches.held = true;
    await prepare(service);
    const runId = await startRun(service);
    await until(() => provider.batches.all[0]?.polls);
    await until(async () => {
      const { body } = await service.get(`/api/v1/runs/${runId}`);
      return body.status === 'processing' && body.entries[0].error_code === 'batch_pending';
    });
    await service.post(`/api/v1/runs/${runId}/cancel`);
    await until(() => provider.batches.all[0]?.cancelled);
    expect(await service.finish(runId)).toMatchObject({ status: 'cancelled', done: 0 });
    await until(async () => {
      const rows = await service.app.get(DataSource).query('SELECT 1 FROM shards WHERE batch IS NOT NULL');
      return rows.length === 0;
    });
  });

  it('finds a batch whose creation nobody heard of, where the provider keeps names', async () => {
    provider.batches.swallow = 1;
    await prepare(service);
    expect(await service.finish(await startRun(service))).toMatchObject({
      status: 'completed',
      done: SAMPLES,
    });
    expect(provider.batches.all).toHaveLength(1);
  });

  it('holds the worst case of the whole batch in the budget while it is at the provider', async () => {
    await prepare(service);
    const tight = await startRun(service, { max_tokens: 10, max_tokens_total: 2000 });
    await until(async () => (await service.get(`/api/v1/runs/${tight}`)).body.status === 'paused');
    expect(provider.batches.all).toHaveLength(0);
    provider.batches.held = true;
    const roomy = await startRun(service, { max_tokens: 10, max_tokens_total: 20_000 });
    await until(() => provider.batches.all[0]?.polls);
    const reserved = async (): Promise<number> => {
      const rows = await service.app
        .get(DataSource)
        .query('SELECT sum(reserved_tokens)::int AS tokens FROM shards WHERE run_id = $1', [roomy]);
      return rows[0].tokens as number;
    };
    expect(await reserved()).toBeGreaterThan(SAMPLES * 10);
    provider.batches.held = false;
    expect(await service.finish(roomy)).toMatchObject({ status: 'completed', done: SAMPLES });
    expect(await reserved()).toBe(0);
  });

  it('refuses conversations, and to judge or to play a user', async () => {
    await prepare(service);
    const sample = { id: 'a', input: 'q', target: '42' };
    const conversation = { tools: [{ name: 'count', output: 'one' }] };
    const scorers = [{ type: 'includes' }];
    await service.post('/api/v1/benchmarks', {
      name: 'talk',
      scoring: { scorers },
      conversation,
      samples: [sample],
    });
    expect(await service.post('/api/v1/runs', { benchmark: 'talk', agents: [name] })).toMatchObject({
      status: 422,
      body: { code: 'batch_conversation' },
    });
    const played = await service.post('/api/v1/benchmarks', {
      ...{ name: 'played', scoring: { scorers }, samples: [sample] },
      conversation: { user: { agent: `${name}@1`, instructions: 'Ask.', max_tokens: 10 } },
    });
    expect(played).toMatchObject({ status: 201 });
    expect(await service.post('/api/v1/runs', { benchmark: 'played', agents: ['constant'] })).toMatchObject({
      status: 422,
      body: { code: 'batch_not_for_others' },
    });
  });
});

it(
  'a service that is killed while the provider has a batch asks for no other',
  { timeout: 120_000 },
  async () => {
    const service = await SpawnedService.create({ BATCH_POLL_SECONDS: '1', ENGINE_LEASE_SECONDS: '2' });
    try {
      provider.batches.held = true;
      let client = await service.start();
      await prepare(client);
      const runId = await startRun(client);
      await until(() => provider.batches.all.length > 0);
      await service.end('SIGKILL');
      provider.batches.held = false;
      client = await service.start();
      expect(await client.finish(runId)).toMatchObject({ status: 'completed', done: SAMPLES });
      const results = await resultsOf(client, runId);
      expect(new Set(results.map(({ sample_id }) => sample_id)).size).toBe(SAMPLES);
      expect(provider.batches.all).toHaveLength(1);
    } finally {
      await service.remove();
    }
  },
);
