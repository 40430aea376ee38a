import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import type { AgentRequest, AgentResponse } from '../agent-adapter.js';
import { endpointOf } from '../provider/endpoint.js';
import { ProviderConnection, providerDispatcher } from '../provider/provider-connection.js';
import { agentRequest, agentSpec, loopbackAllowed, providerConfig } from '../testing/index.js';
import { OpenAiAdapter } from './openai-adapter.js';
import { OpenAiAdapterFactory } from './openai-adapter-factory.js';
import { openAiSettings } from './openai-settings.js';

const signal = new AbortController().signal;
const agentWith = (settings: Record<string, unknown>) =>
  agentSpec({ adapter: 'openai', model: 'm', settings });
const chunk = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer({ answer: () => '42' });
});
beforeEach(() => server.behave({}));
afterAll(() => server.close());

function ask(settings: Record<string, unknown>, request: Partial<AgentRequest> = {}): Promise<AgentResponse> {
  const agent = agentWith({ base_url: `${server.url}/v1`, ...settings });
  return new OpenAiAdapterFactory(providerConfig(), loopbackAllowed)
    .create(agent)
    .complete(agentRequest('6 * 7?', request), signal);
}

/** As if the server were OpenAI itself. */
function askOfficial(
  settings: Record<string, unknown>,
  request: Partial<AgentRequest> = {},
): Promise<AgentResponse> {
  const config = providerConfig();
  const endpoint = {
    name: 'OpenAI',
    baseUrl: `${server.url}/v1`,
    apiKey: 'k',
    official: true,
    keyAdvice: '',
  };
  const connection = new ProviderConnection(endpoint, config, providerDispatcher(config));
  return new OpenAiAdapter(connection, 'm', openAiSettings.parse(settings)).complete(
    agentRequest('6 * 7?', request),
    signal,
  );
}

const streamed = (body: string) =>
  server.behave({ reply: { headers: { 'content-type': 'text/event-stream' }, body } });

describe('the openai adapter', () => {
  it('speaks Responses to OpenAI, Chat Completions to any other server, and what it is told', async () => {
    const used = async (call: Promise<AgentResponse>): Promise<string | undefined> => {
      await call;
      return server.ledger.at(-1)?.protocol;
    };
    expect(await used(askOfficial({}))).toBe('responses');
    expect(await used(askOfficial({ api: 'chat' }))).toBe('chat');
    expect(await used(ask({}))).toBe('chat');
    expect(await used(ask({ api: 'responses' }))).toBe('responses');
  });

  it('names the token limit as each server knows it', async () => {
    const request = { settings: { maxTokens: 9 } };
    await askOfficial({ api: 'chat' }, request);
    expect(server.ledger.at(-1)?.body).toMatchObject({ max_completion_tokens: 9 });
    expect(server.ledger.at(-1)?.body).not.toHaveProperty('max_tokens');
    await ask({}, request);
    expect(server.ledger.at(-1)?.body).toMatchObject({ max_tokens: 9 });
    expect(server.ledger.at(-1)?.body).not.toHaveProperty('max_completion_tokens');
  });

  it('sends seed and stop where the API has them', async () => {
    await ask({}, { settings: { stop: ['\n'] } });
    expect(server.ledger.at(-1)?.body).toMatchObject({
      seed: 7,
      stop: ['\n'],
      stream_options: { include_usage: true },
    });
    await ask({ api: 'responses' });
    expect(server.ledger.at(-1)?.body).not.toHaveProperty('seed');
    expect(server.ledger.at(-1)?.body).toMatchObject({ store: false });
  });

  it('refuses to drop stop sequences silently', async () => {
    const before = server.ledger.length;
    await expect(ask({ api: 'responses' }, { settings: { stop: ['\n'] } })).rejects.toMatchObject({
      kind: 'configuration',
      code: 'setting_not_supported',
    });
    expect(server.ledger.length).toBe(before);
  });

  it('sends the reasoning effort in the words of the API', async () => {
    await ask({ reasoning_effort: 'low' });
    expect(server.ledger.at(-1)?.body).toMatchObject({ reasoning_effort: 'low' });
    await ask({ api: 'responses', reasoning_effort: 'low' });
    expect(server.ledger.at(-1)?.body).toMatchObject({ reasoning: { effort: 'low' } });
  });

  it.each([
    ['whole', { reply: { body: { id: 'x', choices: [] } } }],
    [
      'whole responses',
      { reply: { body: { id: 'x', object: 'response', status: 'completed', output: [] } } },
    ],
  ])('calls an answer without any content empty (%s)', async (name, behaviour) => {
    server.behave(behaviour);
    const api = name.includes('responses') ? 'responses' : 'chat';
    await expect(ask({ api, stream: false })).rejects.toMatchObject({
      kind: 'retryable',
      code: 'provider_empty_response',
    });
  });

  it('calls a stream without any choice empty, and one without an end truncated', async () => {
    streamed(chunk({ id: 'x', choices: [] }) + 'data: [DONE]\n\n');
    await expect(ask({})).rejects.toMatchObject({ code: 'provider_empty_response' });
    streamed(chunk({ id: 'x', choices: [{ index: 0, delta: { content: '4' }, finish_reason: null }] }));
    await expect(ask({})).rejects.toMatchObject({ code: 'provider_truncated_response' });
    streamed('');
    await expect(ask({})).rejects.toMatchObject({ code: 'provider_truncated_response' });
  });

  it.each([
    [
      'chat',
      chunk({ error: { message: 'Slow down', code: 'rate_limit_exceeded' } }),
      'provider_rate_limited',
    ],
    ['chat', chunk({ error: { message: 'Boom' } }), 'provider_server_error'],
    [
      'responses',
      chunk({ type: 'error', code: 'insufficient_quota', message: 'Pay' }),
      'provider_quota_exhausted',
    ],
    [
      'responses',
      chunk({
        type: 'response.failed',
        response: { error: { code: 'server_error', message: 'Boom' }, output: [] },
      }),
      'provider_server_error',
    ],
  ])('judges an error inside a stream (%s) by its name', async (api, body, code) => {
    streamed(body);
    await expect(ask({ api })).rejects.toMatchObject({ code });
  });

  it('joins the pieces of tool calls by their index', async () => {
    const piece = (index: number, called: object) => ({
      index,
      id: `c${index}`,
      function: { name: 'look', ...called },
    });
    const delta = (tool_calls: object[], finish_reason: string | null = null) =>
      chunk({ id: 'x', choices: [{ index: 0, delta: { tool_calls }, finish_reason }] });
    streamed(
      delta([piece(0, { arguments: '{"x":' }), piece(1, { arguments: '{' })]) +
        delta([piece(1, { arguments: '}' }), piece(0, { arguments: '1}' })], 'tool_calls'),
    );
    expect((await ask({})).toolCalls).toEqual([
      { id: 'c0', name: 'look', arguments: '{"x":1}' },
      { id: 'c1', name: 'look', arguments: '{}' },
    ]);
  });

  it('shows a refusal as the answer', async () => {
    server.behave({
      reply: {
        body: { id: 'x', choices: [{ message: { content: null, refusal: 'No.' }, finish_reason: 'stop' }] },
      },
    });
    expect(await ask({ stream: false })).toMatchObject({ text: 'No.', usage: null });
  });

  it('does not show as text what is none', async () => {
    server.behave({
      reply: { body: { id: 'x', choices: [{ message: { content: { a: 1 } }, finish_reason: 'stop' }] } },
    });
    await expect(ask({ stream: false })).rejects.toMatchObject({ code: 'provider_invalid_response' });
  });

  it.each([
    ['function_call', 'other'],
    ['', 'other'],
  ])('maps the unknown finish reason "%s" to %s', async (reason, expected) => {
    server.behave({
      reply: { body: { id: 'x', choices: [{ message: { content: '4' }, finish_reason: reason }] } },
    });
    expect(await ask({ stream: false })).toMatchObject({ text: '4', finishReason: expected });
  });

  it.each([
    { prompt_tokens: -1, completion_tokens: 2 },
    { prompt_tokens: '1', completion_tokens: 2 },
    { prompt_tokens: 1.5, completion_tokens: 2 },
    { prompt_tokens: 1 },
    'many',
  ])('does not believe the usage %o', async (usage) => {
    server.behave({
      reply: { body: { id: 'x', choices: [{ message: { content: '4' }, finish_reason: 'stop' }], usage } },
    });
    expect(await ask({ stream: false })).toMatchObject({ usage: null });
  });
});

describe('an openai agent', () => {
  const factory = new OpenAiAdapterFactory(providerConfig(), loopbackAllowed);

  it('needs a key at OpenAI, and is told the variable', () => {
    expect(factory.problems(agentWith({}))).toEqual([
      {
        code: 'missing_api_key',
        variable: 'OPENAI_API_KEY',
        message: expect.stringContaining('OPENAI_API_KEY') as string,
      },
    ]);
    expect(
      new OpenAiAdapterFactory(providerConfig({ openaiApiKey: 'k' }), loopbackAllowed).problems(
        agentWith({}),
      ),
    ).toEqual([]);
  });

  it("needs none at the operator's server or its own, unless that is OpenAI", () => {
    const local = new OpenAiAdapterFactory(
      providerConfig({ openaiBaseUrl: 'http://127.0.0.1:11434/v1' }),
      loopbackAllowed,
    );
    expect(local.problems(agentWith({}))).toEqual([]);
    expect(factory.problems(agentWith({ base_url: 'http://127.0.0.1:11434/v1' }))).toEqual([]);
    expect(factory.problems(agentWith({ base_url: 'https://api.openai.com/v1' }))).toMatchObject([
      { code: 'missing_api_key', message: expect.stringContaining('leave base_url out') as unknown },
    ]);
  });

  it.each([
    { base_url: 'ftp://example.com' },
    { base_url: 'not a url' },
    { base_url: 'http://user:password@example.com' },
    { concurrency: 0 },
    { concurrency: 1001 },
    { concurrency: 1.5 },
    { api: 'completions' },
    { pricing: { input_usd_per_mtok: 1 } },
    { pricing: { input_usd_per_mtok: -1, output_usd_per_mtok: 1 } },
    { reasoning_effort: 'huge' },
    { api_key: 'sk-mine' },
  ])('cannot have the settings %o', (settings) => {
    expect(factory.settingsSchema.safeParse(settings).success).toBe(false);
  });
});

describe('endpointOf', () => {
  const openAi = {
    name: 'OpenAI',
    officialUrl: 'https://api.openai.com/v1',
    keyVariable: 'OPENAI_API_KEY',
    urlVariable: 'OPENAI_BASE_URL',
    operatorKey: 'the-key',
  };

  it('sends the key to OpenAI and to the operator, and to nobody else', () => {
    const proxy = { ...openAi, operatorUrl: 'https://proxy.example/v1' };
    expect(endpointOf(openAi, undefined, new Map())).toMatchObject({ apiKey: 'the-key', official: true });
    expect(endpointOf(proxy, undefined, new Map())).toMatchObject({
      apiKey: 'the-key',
      official: false,
      baseUrl: proxy.operatorUrl,
    });
    for (const url of ['https://evil.example/v1', 'https://api.openai.com/v1', 'https://proxy.example/v1']) {
      expect(endpointOf(proxy, url, new Map()).apiKey).not.toBe('the-key');
    }
  });

  it('knows OpenAI by its host', () => {
    expect(endpointOf(openAi, 'https://eu.api.openai.com/v1', new Map()).official).toBe(true);
    expect(endpointOf(openAi, 'https://api.openai.com.evil.example/v1', new Map()).official).toBe(false);
    expect(endpointOf(openAi, 'https://notapi.openai.com/v1', new Map()).official).toBe(false);
  });
});
