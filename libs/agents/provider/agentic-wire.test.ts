import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderCall, type ProviderServer } from '#test/support/provider-server';
import type { AgentMessage, AgentRequest, AgentResponse, ToolSpec } from '../agent-adapter.js';
import { AnthropicAdapterFactory } from '../anthropic/anthropic-adapter-factory.js';
import { OpenAiAdapterFactory } from '../openai/openai-adapter-factory.js';
import { agentRequest, agentSpec, loopbackAllowed, providerConfig } from '../testing/index.js';

type Protocol = 'chat' | 'responses' | 'messages';

const PNG = 'iVBORw0KGgo=';
const tools: ToolSpec[] = [
  {
    name: 'weather',
    description: 'Tells the weather.',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
];
const schema = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
};

/** A question with an image, two calls at once, their results, and the user's next words. */
const conversation: AgentMessage[] = [
  { role: 'system', content: 'Be brief.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'Where is this?' },
      { type: 'image', image: `data:image/png;base64,${PNG}` },
    ],
  },
  {
    role: 'assistant',
    content: 'Let me look.',
    calls: [
      { id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'c2', name: 'weather', arguments: '{"city":' },
    ],
  },
  { role: 'tool', id: 'c1', name: 'weather', content: 'rain' },
  { role: 'tool', id: 'c2', name: 'weather', content: 'Error: no JSON', error: true },
  { role: 'assistant', content: '', calls: [{ id: 'c3', name: 'weather', arguments: '' }] },
  { role: 'tool', id: 'c3', name: 'weather', content: 'sun' },
  { role: 'assistant', content: 'Oslo.' },
  { role: 'user', content: 'Sure?' },
];

/** What each protocol makes of them, by the references of Chat Completions, Responses and Messages. */
const wire: Record<Protocol, { tools: unknown; schema: object; conversation: object }> = {
  chat: {
    tools: [{ type: 'function', function: tools[0] }],
    schema: {
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    },
    conversation: {
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Where is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
          ],
        },
        {
          role: 'assistant',
          content: 'Let me look.',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
            { id: 'c2', type: 'function', function: { name: 'weather', arguments: '{"city":' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'rain' },
        { role: 'tool', tool_call_id: 'c2', content: 'Error: no JSON' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c3', type: 'function', function: { name: 'weather', arguments: '' } }],
        },
        { role: 'tool', tool_call_id: 'c3', content: 'sun' },
        { role: 'assistant', content: 'Oslo.' },
        { role: 'user', content: 'Sure?' },
      ],
    },
  },
  responses: {
    tools: [{ type: 'function', ...tools[0], strict: false }],
    schema: { text: { format: { type: 'json_schema', name: 'answer', schema, strict: true } } },
    conversation: {
      input: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Where is this?' },
            { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'auto' },
          ],
        },
        { role: 'assistant', content: 'Let me look.' },
        { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' },
        { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{"city":' },
        { type: 'function_call_output', call_id: 'c1', output: 'rain' },
        { type: 'function_call_output', call_id: 'c2', output: 'Error: no JSON' },
        { type: 'function_call', call_id: 'c3', name: 'weather', arguments: '' },
        { type: 'function_call_output', call_id: 'c3', output: 'sun' },
        { role: 'assistant', content: 'Oslo.' },
        { role: 'user', content: 'Sure?' },
      ],
    },
  },
  messages: {
    tools: [{ name: 'weather', description: 'Tells the weather.', input_schema: tools[0]?.parameters }],
    schema: { output_config: { format: { type: 'json_schema', schema } } },
    conversation: {
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Where is this?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Let me look.' },
            { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Oslo' } },
            { type: 'tool_use', id: 'c2', name: 'weather', input: { INVALID_JSON: '{"city":' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c1', content: 'rain' },
            { type: 'tool_result', tool_use_id: 'c2', content: 'Error: no JSON', is_error: true },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c3', name: 'weather', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c3', content: 'sun' }] },
        { role: 'assistant', content: 'Oslo.' },
        { role: 'user', content: 'Sure?' },
      ],
    },
  },
};

const protocols: { protocol: Protocol; adapter: 'openai' | 'anthropic'; settings: object }[] = [
  { protocol: 'chat', adapter: 'openai', settings: { api: 'chat' } },
  { protocol: 'responses', adapter: 'openai', settings: { api: 'responses' } },
  { protocol: 'messages', adapter: 'anthropic', settings: {} },
];
const variants = protocols.flatMap((one) =>
  [true, false].map((stream) => ({
    ...one,
    name: `${one.protocol}, ${stream ? 'streamed' : 'whole'}`,
    stream,
  })),
);

describe.each(variants)('over $name', ({ protocol, adapter, settings, stream }) => {
  let server: ProviderServer;
  let answered: AgentResponse;

  beforeAll(async () => {
    server = await startProviderServer({
      answer: () => ({
        text: '{"n":1}',
        toolCalls: [{ id: 'c9', name: 'weather', arguments: '{"city":"Rome"}' }],
        reasoning: 'Rome is where all roads lead to.',
      }),
    });
  });
  afterAll(() => server.close());

  async function ask(request: Partial<AgentRequest>, more: object = {}): Promise<ProviderCall> {
    const config = providerConfig({
      openaiApiKey: 'k-1',
      openaiBaseUrl: `${server.url}/v1`,
      anthropicApiKey: 'k-1',
      anthropicBaseUrl: server.url,
    });
    const factory =
      adapter === 'openai'
        ? new OpenAiAdapterFactory(config, loopbackAllowed)
        : new AnthropicAdapterFactory(config, loopbackAllowed);
    const all = factory.settingsSchema.parse({ ...settings, stream, ...more });
    answered = await factory
      .create(agentSpec({ adapter, model: 'm', settings: all }))
      .complete(agentRequest('Hi', request), new AbortController().signal);
    return server.ledger.at(-1) as ProviderCall;
  }

  it('offers tools, and nothing where there are none', async () => {
    expect((await ask({ tools })).body.tools).toEqual(wire[protocol].tools);
    expect((await ask({})).body).not.toHaveProperty('tools');
  });

  it('asks for an answer by a schema', async () => {
    expect((await ask({ responseSchema: schema })).body).toMatchObject(wire[protocol].schema);
    const plain = (await ask({})).body;
    for (const name of Object.keys(wire[protocol].schema)) expect(plain).not.toHaveProperty(name);
  });

  it('sends images, tool calls and their results as the protocol has them', async () => {
    const { body } = await ask({ messages: conversation, tools });
    for (const [name, value] of Object.entries(wire[protocol].conversation))
      expect(body[name]).toEqual(value);
  });

  it('hands hidden reasoning back with the calls that it led to, where the protocol gives it out', async () => {
    await ask({ tools }, { reasoning_effort: 'high' });
    const { reasoning, toolCalls, text } = answered;
    const expected = {
      chat: undefined,
      responses: [
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'Rome is where all roads lead to.' },
      ],
      messages: [{ type: 'thinking', thinking: 'Rome is where all roads lead to.', signature: 'signed' }],
    }[protocol];
    expect(reasoning).toEqual(expected);
    const { body } = await ask({
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: text, calls: toolCalls, ...(reasoning && { reasoning }) },
        { role: 'tool', id: 'c9', name: 'weather', content: 'sun' },
      ],
      tools,
    });
    const sent = {
      chat: undefined,
      responses: (body.input as unknown[] | undefined)?.slice(1, 2),
      messages: (body.messages as { content: unknown[] }[] | undefined)?.[1]?.content.slice(0, 1),
    }[protocol];
    expect(sent).toEqual(expected);
    if (protocol === 'chat') expect(JSON.stringify(body)).not.toContain('reasoning');
  });

  it('says how much the model is to think', async () => {
    const { body } = await ask({ tools }, { reasoning_effort: 'high' });
    expect(body).toMatchObject(
      {
        chat: { reasoning_effort: 'high' },
        responses: { reasoning: { effort: 'high' }, include: ['reasoning.encrypted_content'] },
        messages: { output_config: { effort: 'high' } },
      }[protocol],
    );
    expect((await ask({})).body).not.toHaveProperty('include');
  });

  it("sends an agent's own headers, of which none may be a key", async () => {
    const { headers } = await ask({}, { headers: { 'x-team': 'search' } });
    expect(headers).toMatchObject({ 'x-team': 'search', 'content-type': 'application/json' });
  });

  it('reads tool calls', async () => {
    await ask({ tools });
    expect(answered).toMatchObject({
      text: '{"n":1}',
      toolCalls: [{ id: 'c9', name: 'weather', arguments: '{"city":"Rome"}' }],
      finishReason: 'tool_calls',
    });
  });
});

describe('settings of the connection', () => {
  const { settingsSchema } = new OpenAiAdapterFactory(providerConfig(), loopbackAllowed);

  it.each([
    { authorization: 'Bearer x' },
    { 'api-key': 'x' },
    { 'x-api-key': 'x' },
    { 'x-auth-token': 'x' },
    { host: 'example.com' },
    { 'content-length': '3' },
    { 'transfer-encoding': 'chunked' },
    { 'X-Team': 'x' },
    { 'x team': 'x' },
    { 'x-team': 'a\r\nb: c' },
    { 'x-team': '' },
  ])('refuse the headers %o', (headers) => {
    expect(settingsSchema.safeParse({ headers }).success).toBe(false);
    expect(settingsSchema.safeParse({ headers: { 'openai-project': 'p1' } }).success).toBe(true);
  });

  it.each([
    ['chat', '/openai/deployments/gpt-at-ours/chat/completions?api-version=2024-10-21'],
    ['responses', '/openai/responses?api-version=2024-10-21'],
  ] as const)("lead to Azure's deployments (%s), with the key where Azure expects it", async (api, url) => {
    const server = await startProviderServer({ answer: () => '42' });
    const factory = new OpenAiAdapterFactory(
      providerConfig({ openaiApiKey: 'k-azure', openaiBaseUrl: `${server.url}/openai` }),
      loopbackAllowed,
    );
    const settings = settingsSchema.parse({ api, azure_api_version: '2024-10-21' });
    const request = agentRequest('6 * 7?', { settings: { maxTokens: 9 } });
    const answer = await factory
      .create(agentSpec({ adapter: 'openai', model: 'gpt-at-ours', settings }))
      .complete(request, new AbortController().signal);
    await server.close();
    expect(answer.text).toBe('42');
    const [call] = server.ledger;
    expect(call).toMatchObject({ url, headers: { 'api-key': 'k-azure' } });
    expect(call?.headers).not.toHaveProperty('authorization');
    expect(call?.body).toMatchObject(
      api === 'chat' ? { max_completion_tokens: 9 } : { max_output_tokens: 9, model: 'gpt-at-ours' },
    );
  });

  it("send Azure no key of the operator's at an agent's own address", async () => {
    const server = await startProviderServer({ answer: () => '42' });
    const factory = new OpenAiAdapterFactory(providerConfig({ openaiApiKey: 'k-azure' }), loopbackAllowed);
    const settings = settingsSchema.parse({
      base_url: `${server.url}/openai`,
      azure_api_version: '2024-10-21',
    });
    await factory
      .create(agentSpec({ adapter: 'openai', model: 'm', settings }))
      .complete(agentRequest('Hi'), new AbortController().signal);
    await server.close();
    expect(JSON.stringify(server.ledger)).not.toContain('k-azure');
  });
});
