import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '#test/support/otlp-receiver';
import { createTestDatabase } from '#test/support/postgres';
import { startProviderServer } from '#test/support/provider-server';
import { describeWithRedis } from '#test/support/redis';
import { clientOf } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

const CALLER = '0af7651916cd43dd8448eb211c80319c';
const SAMPLES = 6;
const PROMPT = 'the words of a prompt';
const ANSWER = 'the words of an answer';
const KEY = 'sk-of-the-operator-1234';

/** One run of a few questions by a service of these processes. What it printed and how its processes ended. */
async function runWith(env: Record<string, string>, apps: string[]) {
  const database = await createTestDatabase();
  const provider = await startProviderServer({
    answer: () => ANSWER,
  });
  const services = await Promise.all(
    apps.map((app) =>
      SpawnedService.create(
        {
          DATABASE_URL: database.url,
          WORKER_PORT: '0',
          LOG_LEVEL: 'info',
          OPENAI_API_KEY: KEY,
          OPENAI_BASE_URL: `${provider.url}/v1`,
          ENGINE_SHARD_SIZE: '2',
          ENGINE_RUN_WINDOW: '1',
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          ...env,
        },
        app,
      ),
    ),
  );
  onTestFinished(async () => {
    await Promise.all(services.map((service) => service.remove()));
    await provider.close();
    await database.drop();
  });
  const [first] = await Promise.all(services.map((service) => service.start()));
  const client = clientOf(first?.url ?? '', { traceparent: `00-${CALLER}-b7ad6b7169203331-01` });
  await client.post('/api/v1/agents', { name: 'traced', adapter: 'openai', model: 'gpt-5-mini' });
  await client.post('/api/v1/benchmarks', {
    name: 'traced',
    scoring: { scorers: [{ type: 'includes' }] },
    samples: Array.from({ length: SAMPLES }, (_, i) => ({ id: `s${i}`, input: PROMPT, target: ANSWER })),
  });
  const { body } = await client.post('/api/v1/runs', {
    benchmark: 'traced',
    agents: ['traced'],
    max_tokens: 50,
  });
  const run = await client.finish(body.id);
  expect(run).toMatchObject({ status: 'completed', done: SAMPLES, entries: [{ summary: { score: 1 } }] });
  expect(provider.ledger.map(({ headers }) => headers['traceparent'])).toEqual(
    Array(SAMPLES).fill(undefined),
  );
  const codes = await Promise.all(services.map((service) => service.end('SIGTERM')));
  return { id: body.id as string, codes, printed: services.map((service) => service.printed) };
}

describeWithRedis('the trace of a run, over Redis', ({ url, prefix }) => {
  let receiver: OtlpReceiver;
  beforeAll(async () => void (receiver = await startOtlpReceiver()));
  afterAll(() => receiver.close());

  it('leads from the request by the queue and the worker to each call', { timeout: 120_000 }, async () => {
    const env = { REDIS_URL: url, QUEUE_PREFIX: prefix, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    const { id, codes, printed } = await runWith(env, ['api', 'worker']);
    expect(codes).toEqual([0, 0]);
    // All was sent by the time that they ended, long before an interval was over.
    const spans = receiver.spans();
    const named = (name: string): ReceivedSpan[] => spans.filter((span) => span.name === name);
    const [request] = named('POST /api/v1/runs');
    expect(request).toMatchObject({
      service: 'ai-benchmark-api',
      kind: 2,
      traceId: CALLER,
      parentSpanId: 'b7ad6b7169203331',
      attributes: { 'http.route': '/api/v1/runs', 'http.response.status_code': 202 },
    });
    const sends = named('send shard');
    expect(sends).toHaveLength(1);
    const [send] = sends;
    expect(send).toMatchObject({
      kind: 4,
      traceId: CALLER,
      parentSpanId: request?.spanId,
      attributes: {
        'messaging.system': 'bull',
        'messaging.operation.type': 'send',
        'messaging.destination.name': 'shard',
        'aibench.run.id': id,
      },
    });
    const processed = named('process shard');
    expect(processed).toHaveLength(SAMPLES / 2);
    for (const span of processed)
      expect(span).toMatchObject({
        service: 'ai-benchmark-worker',
        kind: 5,
        attributes: { 'messaging.operation.type': 'process', 'aibench.run.id': id },
      });
    // What the request itself put into the queue is its trace; what a worker brings after that refers to it.
    const [first, ...later] = processed.sort((a, b) => Number(a.links.length) - Number(b.links.length));
    expect(first).toMatchObject({ traceId: CALLER, parentSpanId: send?.spanId, links: [] });
    for (const { traceId, parentSpanId, links } of later) {
      expect(traceId).not.toBe(CALLER);
      expect(parentSpanId).toBeUndefined();
      expect(links).toMatchObject([{ traceId: CALLER, spanId: send?.spanId }]);
    }
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const calls = named('chat gpt-5-mini');
    expect(calls).toHaveLength(SAMPLES);
    for (const call of calls) {
      const trial = byId.get(call.parentSpanId ?? '');
      expect(trial).toMatchObject({ name: 'trial', attributes: { 'aibench.outcome': 'scored' } });
      expect(byId.get(trial?.parentSpanId ?? '')).toMatchObject({
        name: 'process shard',
        traceId: call.traceId,
      });
      expect(call).toMatchObject({
        kind: 3,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-5-mini',
          'gen_ai.request.max_tokens': 50,
          'gen_ai.usage.input_tokens': expect.any(Number),
          'gen_ai.usage.output_tokens': expect.any(Number),
          'gen_ai.response.finish_reasons': ['stop'],
        },
      });
    }
    const sent = receiver.requests.map(({ body }) => body).join('\n');
    for (const kept of [PROMPT, ANSWER, KEY]) expect(sent).not.toContain(kept);
    expect(new Set(receiver.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
    expect(printed[0]).toMatch(new RegExp(`"url":"/api/v1/runs"},"trace_id":"${CALLER}"`));
  });
});

describe('tracing', { timeout: 120_000 }, () => {
  it('crosses the queue inside one process too, and by default speaks protobuf', async () => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: '' };
    expect((await runWith(env, ['standalone'])).codes).toEqual([0]);
    expect(receiver.requests.map(({ contentType }) => contentType)).toContain('application/x-protobuf');
    for (const name of ['POST /api/v1/runs', 'send shard', 'process shard', 'in_process', 'chat gpt-5-mini'])
      expect(receiver.requests.map(({ body }) => body).join()).toContain(name);
  });

  it.each<[string, (url: string) => Record<string, string>]>([
    ['it is not asked for', () => ({})],
    ['it is disabled', (url) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'true' })],
  ])('sends nothing where %s', async (_, env) => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const { codes, printed } = await runWith(env(receiver.url), ['standalone']);
    expect(codes).toEqual([0]);
    expect(receiver.requests).toEqual([]);
    expect(printed[0]).not.toContain('trace_id');
  });

  it('takes of its own traces the share that is asked for, and follows a caller who samples', async () => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const sampler = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
    await runWith({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...sampler }, ['standalone']);
    // The later shards of the run begin traces, and are not sampled.
    expect(new Set(receiver.spans().map(({ traceId }) => traceId))).toEqual(new Set([CALLER]));
    expect(receiver.spans().filter(({ name }) => name === 'process shard')).toHaveLength(1);
  });

  it.each(['silent', 'dead'])('changes nothing of a run where the collector is %s', async (how) => {
    const receiver = await startOtlpReceiver(false);
    onTestFinished(() => receiver.close());
    if (how === 'dead') receiver.close();
    const { codes, printed } = await runWith({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }, ['standalone']);
    expect(codes).toEqual([0]);
    expect(printed[0]).toMatch(/Spans do not reach 127\.0\.0\.1:\d+ and are dropped/);
  });
});
