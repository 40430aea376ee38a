import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  startProviderServer,
  type ProviderBehaviour,
  type ProviderServer,
} from '#test/support/provider-server';
import type { AgentRequest, AgentResponse } from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { AnthropicAdapterFactory } from '../anthropic/anthropic-adapter-factory.js';
import { OpenAiAdapterFactory } from '../openai/openai-adapter-factory.js';
import {
  agentAdapterContract,
  agentRequest,
  agentSpec,
  loopbackAllowed,
  providerConfig,
} from '../testing/index.js';
import type { ProviderConfig } from './endpoint.js';

const KEY = 'sk-test-0123456789abcdef';

/** Each protocol, by way of the operator's own URL, which is sent the key. */
const protocols = [
  { protocol: 'chat', adapter: 'openai', settings: { api: 'chat' } },
  { protocol: 'responses', adapter: 'openai', settings: { api: 'responses' } },
  { protocol: 'messages', adapter: 'anthropic', settings: {} },
] as const;

const variants = protocols.flatMap((one) =>
  [true, false].map((stream) => ({
    ...one,
    stream,
    name: `${one.protocol}, ${stream ? 'streamed' : 'whole'}`,
  })),
);
type Variant = (typeof variants)[number];

function under(
  server: ProviderServer,
  { adapter, settings, stream }: Variant,
  limits: Partial<ProviderConfig> = {},
) {
  const config = providerConfig({
    openaiApiKey: KEY,
    openaiBaseUrl: `${server.url}/v1`,
    anthropicApiKey: KEY,
    anthropicBaseUrl: server.url,
    ...limits,
  });
  const factory =
    adapter === 'openai'
      ? new OpenAiAdapterFactory(config, loopbackAllowed)
      : new AnthropicAdapterFactory(config, loopbackAllowed);
  return { factory, agent: agentSpec({ adapter, model: 'some-model', settings: { ...settings, stream } }) };
}

for (const variant of variants) {
  agentAdapterContract(variant.name, async () => {
    const server = await startProviderServer({
      answer: ({ messages }) => `Echo: ${messages.at(-1)?.content}`,
    });
    return {
      ...under(server, variant),
      request: (index) => agentRequest(`question ${index}`),
      slow: () => server.behave({ pieceDelayMs: 2000 }),
      failing: () => {
        server.behave([{ reply: { status: 500 } }]);
        return agentRequest('question');
      },
      close: () => server.close(),
    };
  });
}

describe.each(variants)('an agent over $name', (variant) => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer({
      answer: ({ messages }) => {
        const question = messages.at(-1)?.content ?? '';
        if (question === 'cut') return { text: 'So far', finish: 'length' };
        if (question === 'refuse') return { text: 'I will not', finish: 'content_filter' };
        if (question === 'act')
          return { text: 'Look', toolCalls: [{ id: 'c1', name: 'look', arguments: '{"x":1}' }] };
        if (question === 'silent') return { text: '' };
        if (question === 'free') return { text: 'x', usage: null };
        return {
          text: 'The answer is 42, ünï©ødé 🎉 included.',
          usage: { input: 100, output: 20, cached: 30, reasoning: 5 },
        };
      },
    });
  });
  beforeEach(() => server.behave({}));
  afterAll(() => server.close());

  const ask = (question: string, request: Partial<AgentRequest> = {}): Promise<AgentResponse> => {
    const { factory, agent } = under(server, variant);
    return factory.create(agent).complete(agentRequest(question, request), new AbortController().signal);
  };

  /** The error of a call that meets this behaviour. */
  async function failure(
    behaviour: ProviderBehaviour,
    limits: Partial<ProviderConfig> = {},
  ): Promise<AgentError> {
    server.behave(behaviour);
    const { factory, agent } = under(server, variant, limits);
    const call = factory.create(agent).complete(agentRequest('question'), new AbortController().signal);
    const error = await call.then(
      ({ text }) => expect.fail(`answered ${text}`),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(AgentError);
    return error as AgentError;
  }

  it('returns text, usage, finish reason and id', async () => {
    expect(await ask('question')).toMatchObject({
      text: 'The answer is 42, ünï©ødé 🎉 included.',
      toolCalls: [],
      usage: { inputTokens: 100, outputTokens: 20, cachedInputTokens: 30, reasoningTokens: 5 },
      finishReason: 'stop',
      rawId: 'loopback-1',
    });
  });

  it('reports the time to the first content only where it streams', async () => {
    server.behave({ pieceDelayMs: 15 });
    const started = performance.now();
    const { ttftMs } = await ask('question');
    if (variant.stream) {
      expect(ttftMs).toBeGreaterThan(10);
      expect(ttftMs).toBeLessThan(performance.now() - started - 10);
    } else expect(ttftMs).toBeNull();
  });

  it('tells why an answer ended', async () => {
    expect(await ask('cut')).toMatchObject({ text: 'So far', finishReason: 'length' });
    expect(await ask('refuse')).toMatchObject({ text: 'I will not', finishReason: 'content_filter' });
  });

  it('returns tool calls with their arguments as text', async () => {
    expect(await ask('act')).toMatchObject({
      toolCalls: [{ id: 'c1', name: 'look', arguments: '{"x":1}' }],
      finishReason: 'tool_calls',
    });
  });

  it('takes an empty answer for an answer, and missing usage for unknown', async () => {
    expect(await ask('silent')).toMatchObject({ text: '', ttftMs: null, finishReason: 'stop' });
    expect(await ask('free')).toMatchObject({ text: 'x', usage: null });
  });

  it('sends messages, settings and the key', async () => {
    await ask('', {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      settings: { temperature: 0, topP: 0.5, maxTokens: 50 },
    });
    const call = server.ledger.at(-1);
    expect(call).toMatchObject({
      protocol: variant.protocol,
      model: 'some-model',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      body: { temperature: 0, top_p: 0.5 },
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(call?.body.max_tokens ?? call?.body.max_output_tokens).toBe(50);
  });

  it('calls once, and leaves retries to the engine', async () => {
    const before = server.ledger.length;
    await failure({ reply: { status: 500, body: { error: { message: 'oops' } } } });
    expect(server.ledger.length).toBe(before + 1);
  });

  const says = (message: string, names: object = {}): object => ({ error: { message, ...names } });
  it.each<[string, AgentError['kind'], number, string | object]>([
    ['provider_redirected', 'configuration', 308, ''],
    ['provider_refused_request', 'agent_fault', 400, says('No.')],
    ['provider_refused_request', 'agent_fault', 422, { detail: [{ msg: 'field required' }] }],
    ['context_too_long', 'agent_fault', 400, says('Too long', { code: 'context_length_exceeded' })],
    ['context_too_long', 'agent_fault', 400, says('prompt is too long: 9 tokens > 8 maximum')],
    ['context_too_long', 'agent_fault', 413, '<html>Request Entity Too Large</html>'],
    ['content_refused', 'agent_fault', 400, says('Flagged', { code: 'content_policy_violation' })],
    ['content_refused', 'agent_fault', 400, says("triggered Azure OpenAI's content management policy")],
    ['provider_rejected_setting', 'configuration', 400, says('temperature: Extra inputs are not permitted')],
    ['provider_rejected_setting', 'configuration', 400, says('`temperature` is deprecated for this model.')],
    ['provider_rejected_setting', 'configuration', 400, says('No', { code: 'unsupported_value' })],
    [
      'provider_rejected_schema',
      'configuration',
      400,
      says("Invalid schema for response_format 'answer': 'additionalProperties' is required"),
    ],
    [
      'provider_rejected_schema',
      'configuration',
      400,
      says('tools.0.custom.input_schema: JSON schema is invalid'),
    ],
    ['provider_key_rejected', 'blocked', 401, says('Incorrect API key provided')],
    ['provider_key_rejected', 'blocked', 403, says('Not for you')],
    ['provider_quota_exhausted', 'blocked', 402, says('Pay')],
    ['provider_quota_exhausted', 'blocked', 429, says('Quota', { code: 'insufficient_quota' })],
    ['provider_quota_exhausted', 'blocked', 400, says('Your credit balance is too low to access the API')],
    ['provider_model_not_found', 'configuration', 404, says('No such model', { code: 'model_not_found' })],
    [
      'provider_model_not_found',
      'configuration',
      404,
      { error: 'model "x" not found, try pulling it first' },
    ],
    ['provider_rate_limited', 'rate_limited', 429, says('Slow down', { code: 'rate_limit_exceeded' })],
    ['provider_timeout', 'retryable', 408, says('Request timed out')],
    ['provider_conflict', 'retryable', 409, ''],
    ['provider_server_error', 'retryable', 500, says('The server had an error')],
    ['provider_server_error', 'retryable', 502, '<html>Bad Gateway</html>'],
    ['provider_overloaded', 'retryable', 503, ''],
    ['provider_timeout', 'retryable', 504, 'upstream timed out'],
    ['provider_overloaded', 'retryable', 529, says('Overloaded', { type: 'overloaded_error' })],
  ])('fails with %s (%s) on status %i', async (code, kind, status, body) => {
    const error = await failure({ reply: { status, body } });
    expect(error).toMatchObject({ code, kind, details: { status } });
    expect(error.message).toContain(`answered ${status}`);
    expect(error.message.length).toBeLessThan(600);
  });

  it('passes on how long to wait', async () => {
    const waits = async (headers: Record<string, string>): Promise<number | undefined> =>
      (await failure({ reply: { status: 429, headers } })).details.retryAfterMs;
    expect(await waits({ 'retry-after': '2' })).toBe(2000);
    expect(await waits({ 'retry-after-ms': '350' })).toBe(350);
    expect(await waits({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() })).toBeGreaterThan(
      50_000,
    );
    expect(await waits({})).toBeUndefined();
  });

  it.each<[string, ProviderBehaviour]>([
    [
      'provider_html_response',
      { reply: { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' } },
    ],
    ['provider_truncated_response', { midway: 'cut' }],
    ['provider_timeout', { midway: 'stall' }],
    ['provider_timeout', { delayMs: 1500 }],
  ])('calls it %s and retryable when the server does %o', async (code, behaviour) => {
    const limits = { headersTimeoutMs: 400, idleTimeoutMs: 400 };
    expect(await failure(behaviour, limits)).toMatchObject({ code, kind: 'retryable' });
  });

  it.runIf(variant.stream)('is not deceived by keep-alives where no answer comes', async () => {
    const error = await failure({ keepAliveMs: 50 }, { idleTimeoutMs: 400 });
    expect(error).toMatchObject({ code: 'provider_timeout', kind: 'retryable' });
    expect(error.message).toContain('keep-alives');
  });

  it('ends an answer that never ends at the total time-out', async () => {
    const error = await failure({ pieceDelayMs: 150 }, { totalTimeoutMs: 250 });
    expect(error).toMatchObject({ code: 'provider_timeout', kind: 'retryable' });
    expect(error.message).toContain('250 ms');
  });

  it('reads no more than it may', async () => {
    const started = performance.now();
    const error = await failure({ hugeBytes: 64 * 1024 * 1024 }, { maxResponseBytes: 256 * 1024 });
    expect(error).toMatchObject({ code: 'provider_response_too_large', kind: 'agent_fault' });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each(['{"choices": [', 'null', '42', '"text"', '{}', '[]', '{"choices": 3, "output": 3, "content": 3}'])(
    'is not confused by the body %s',
    async (body) => {
      const type = variant.stream ? 'text/event-stream' : 'application/json';
      const text = variant.stream ? `event: message_delta\ndata: ${body}\n\n` : body;
      const error = await failure({ reply: { headers: { 'content-type': type }, body: text } });
      expect(error.kind).toBe('retryable');
      expect([
        'provider_invalid_response',
        'provider_truncated_response',
        'provider_empty_response',
      ]).toContain(error.code);
    },
  );

  it('is not confused by text where JSON should be', async () => {
    const error = await failure({ reply: { headers: { 'content-type': 'text/plain' }, body: 'hello' } });
    expect(error.kind).toBe('retryable');
  });

  it('never repeats the key, even when the server does', async () => {
    const echo = says(`The key ${KEY} is wrong. Headers: Bearer ${KEY}`);
    for (const status of [400, 401, 429, 500]) {
      const error = await failure({ reply: { status, headers: { 'x-echo': KEY }, body: echo } });
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(KEY);
    }
  });

  it('says that a server cannot be reached', async () => {
    const gone = await startProviderServer({ answer: {} });
    await gone.close();
    const { factory, agent } = under(gone, variant);
    const call = factory.create(agent).complete(agentRequest('question'), new AbortController().signal);
    await expect(call).rejects.toMatchObject({
      kind: 'retryable',
      code: 'provider_unreachable',
      message: expect.stringContaining(gone.url) as unknown,
    });
  });

  it('leaves one listener on the signal of a run, however many calls it has', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = controller.signal;
    controller.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(controller.signal, args);
    };
    controller.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(controller.signal, args);
    };
    const { factory, agent } = under(server, variant);
    const adapter = factory.create(agent);
    for (let call = 0; call < 3; call++) await adapter.complete(agentRequest('question'), controller.signal);
    expect(listeners).toBe(1);
  });

  it("sends an agent's own base_url no key, nor what the SDK finds in the environment", async () => {
    const secret = 'secret-from-the-environment';
    const variables = [
      'OPENAI_ORG_ID',
      'OPENAI_PROJECT_ID',
      'OPENAI_ADMIN_KEY',
      'OPENAI_API_KEY',
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
    ];
    for (const variable of variables) process.env[variable] = secret;
    for (const variable of ['OPENAI_CUSTOM_HEADERS', 'ANTHROPIC_CUSTOM_HEADERS'])
      process.env[variable] = `x-more: ${secret}`;
    try {
      const { factory, agent } = under(server, variant);
      const base_url = variant.adapter === 'openai' ? `${server.url}/v1` : server.url;
      const own = { ...agent, settings: { ...agent.settings, base_url } };
      expect(factory.problems(own)).toEqual([]);
      await factory.create(own).complete(agentRequest('question'), new AbortController().signal);
      const sent = JSON.stringify(server.ledger.at(-1));
      expect(sent).not.toContain(secret);
      expect(sent).not.toContain(KEY);

      server.behave({ reply: { status: 401, body: says('Who are you?') } });
      await expect(
        factory.create(own).complete(agentRequest('question'), new AbortController().signal),
      ).rejects.toMatchObject({
        code: 'provider_key_rejected',
        message: expect.stringContaining('is sent no key') as unknown,
      });
    } finally {
      for (const variable of [...variables, 'OPENAI_CUSTOM_HEADERS', 'ANTHROPIC_CUSTOM_HEADERS'])
        delete process.env[variable];
    }
  });
});
