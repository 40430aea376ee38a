import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GuardedClient } from '#libs/outbound';
import type { AgentRequest, AgentResponse } from '../agent-adapter.js';
import type { AgentError } from '../agent-error.js';
import { costUsd } from '../pricing/cost-usd.js';
import { agentAdapterContract, agentRequest, agentSpec, providerConfig } from '../testing/index.js';
import { HttpAdapterFactory } from './http-adapter-factory.js';

const SECRET = 's3cret-value-0123456789';

interface Call {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: any;
}
type Answer = (call: Call, response: ServerResponse) => unknown;

/** Somebody's own agent: answers JSON as told. */
class BotServer {
  readonly calls: Call[] = [];
  answer: Answer = () => undefined;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const call = {
          method: request.method ?? '',
          url: request.url ?? '',
          headers: request.headers,
          body: text === '' ? undefined : JSON.parse(text),
        };
        this.calls.push(call);
        void this.answer(call, response);
      });
    });
  }

  static async start(): Promise<BotServer> {
    const bot = new BotServer();
    bot.server.listen(0, '127.0.0.1');
    await once(bot.server, 'listening');
    return bot;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get last(): Call {
    return this.calls.at(-1) as Call;
  }

  close(): void {
    this.server.close().closeAllConnections();
  }
}

const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_call, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
const events =
  (...data: string[]): Answer =>
  (_call, response) =>
    response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(data.map((item) => `data: ${item}\n\n`).join(''));

const base = { body: { question: '{{prompt}}' }, response: { text: 'answer' } };
const allowed = new GuardedClient(['127.0.0.1']);

function factoryFor(bot: BotServer, limits = {}, client = allowed): HttpAdapterFactory {
  return new HttpAdapterFactory(
    client,
    providerConfig(limits),
    new Map([
      ['BOT', { origin: bot.origin, value: SECRET }],
      ['ELSEWHERE', { origin: 'https://bot.example.com', value: SECRET }],
    ]),
  );
}

const agentOf = (settings: Record<string, unknown>) => agentSpec({ adapter: 'http', model: 'm', settings });

for (const kind of ['whole', 'streamed']) {
  agentAdapterContract(`http, ${kind}`, async () => {
    const bot = await BotServer.start();
    const well: Answer = ({ body }, response) => {
      const text = `Echo: ${body.question}`;
      return kind === 'whole'
        ? json({ answer: text })({} as Call, response)
        : events(JSON.stringify({ answer: text }), '[DONE]')({} as Call, response);
    };
    bot.answer = well;
    const stream = kind === 'whole' ? {} : { stream: { path: 'answer', done: '[DONE]' } };
    return {
      factory: factoryFor(bot),
      agent: agentOf({ ...base, ...stream, url: `${bot.origin}/ask` }),
      request: (index: number) => agentRequest(`question ${index}`),
      slow: () => {
        bot.answer = async (call, response) => {
          await sleep(2000);
          return well(call, response);
        };
      },
      failing: () => {
        bot.answer = (call, response) => {
          bot.answer = well;
          return json({}, 500)(call, response);
        };
        return agentRequest('question');
      },
      close: async () => bot.close(),
    };
  });
}

describe('the http adapter', () => {
  let bot: BotServer;
  beforeAll(async () => {
    bot = await BotServer.start();
  });
  beforeEach(() => {
    bot.answer = json({ answer: '42' });
  });
  afterAll(() => bot.close());

  const ask = (
    settings: Record<string, unknown> = {},
    request: Partial<AgentRequest> = {},
    limits = {},
  ): Promise<AgentResponse> =>
    factoryFor(bot, limits)
      .create(agentOf({ ...base, url: `${bot.origin}/ask`, ...settings }))
      .complete(agentRequest('6 * 7?', request), new AbortController().signal);
  const failure = async (settings: Record<string, unknown> = {}, limits = {}): Promise<AgentError> =>
    (await ask(settings, {}, limits).catch((thrown: unknown) => thrown)) as AgentError;

  it('fills the body: a lone placeholder by its value, one in text by text, an absent one by nothing', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Say "{{model}}"' },
    ] as const;
    await ask(
      {
        method: 'PUT',
        query: { v: '{{ epoch }}', q: 'a&b {{prompt}}' },
        body: {
          history: '{{messages}}',
          text: 'Q: {{ prompt }} ({{sample_id}})',
          max: '{{max_tokens}}',
          heat: '{{temperature}}',
          system: '{{system}}',
          list: ['{{stop}}', '{{seed}}', true, null, 3],
        },
      },
      { messages: [...messages], settings: { maxTokens: 9 } },
    );
    const { method, url, body, headers } = bot.last;
    expect([method, url]).toEqual(['PUT', '/ask?v=1&q=a%26b+Say+%22%7B%7Bmodel%7D%7D%22']);
    expect(headers['content-type']).toBe('application/json');
    // What a prompt holds is never filled in turn.
    expect(body).toEqual({
      history: messages,
      text: 'Q: Say "{{model}}" (sample-1)',
      max: 9,
      system: 'Be brief.',
      list: [7, true, null, 3],
    });
  });

  it('asks with GET, without a body', async () => {
    await ask({ method: 'GET', body: undefined, query: { q: '{{prompt}}' } });
    expect(bot.last).toMatchObject({ method: 'GET', url: '/ask?q=6+*+7%3F', body: undefined });
  });

  it('takes the whole answer for text where no path is given', async () => {
    bot.answer = (_call, response) => response.end('forty-two\n');
    expect(await ask({ response: undefined })).toMatchObject({ text: 'forty-two\n', ttftMs: null });
  });

  it('reads text, usage, finish reason, id and tool calls by paths', async () => {
    bot.answer = json({
      id: 'r-1',
      content: [
        { type: 'text', text: 'a' },
        { type: 'call', id: 'c1', tool: 'look', input: { x: 1 } },
        { type: 'text', text: 'b' },
      ],
      usage: { in: 10, out: 5, cached: 4, thought: 2 },
      why: 'tool_use',
      calls: [{ id: 'c1', tool: 'look', input: { x: 1 } }],
    });
    const response = {
      text: 'content[*].text',
      input_tokens: 'usage.in',
      output_tokens: '$.usage.out',
      cached_input_tokens: 'usage["cached"]',
      reasoning_tokens: 'usage.thought',
      finish_reason: 'why',
      id: 'id',
      tool_calls: { path: 'calls[*]', name: 'tool', arguments: 'input' },
    };
    expect(await ask({ response })).toEqual({
      text: 'ab',
      usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 4, reasoningTokens: 2 },
      finishReason: 'tool_calls',
      rawId: 'r-1',
      toolCalls: [{ id: 'c1', name: 'look', arguments: '{"x":1}' }],
      ttftMs: null,
    });
  });

  it('joins streamed pieces, reads usage from any event, and notes the time to the first', async () => {
    bot.answer = events('{"d":"4"}', '{"u":{"i":3,"o":2}}', '{"d":"2"}', '[DONE]');
    const response = { text: 'd', input_tokens: 'u.i', output_tokens: 'u.o' };
    const answer = await ask({ response, stream: { path: 'd', done: '[DONE]' } });
    expect(answer).toMatchObject({ text: '42', usage: { inputTokens: 3, outputTokens: 2 } });
    expect(answer.ttftMs).toBeGreaterThan(0);
  });

  it('takes an event that no empty line ends, and characters cut between chunks', async () => {
    const bytes = Buffer.from('data: {"d":"é"}\r\n\r\n: ping\n\ndata: {"d":\ndata: "🎉"}');
    bot.answer = async (_call, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await sleep(1);
      }
      response.end();
    };
    expect(await ask({ stream: { path: 'd' } })).toMatchObject({ text: 'é🎉' });
  });

  describe('fails', () => {
    it.each<[string, AgentError['kind'], Answer, Record<string, unknown>?, object?]>([
      ['provider_redirected', 'configuration', json({}, 307, { location: '/elsewhere' })],
      ['provider_key_rejected', 'blocked', json({ error: 'no' }, 401)],
      ['provider_model_not_found', 'configuration', json({ detail: 'no such path' }, 404)],
      ['provider_rate_limited', 'rate_limited', json({}, 429, { 'retry-after': '7' })],
      ['provider_overloaded', 'retryable', json({}, 503)],
      ['provider_refused_request', 'agent_fault', json({ message: 'bad' }, 422)],
      ['answer_not_found', 'agent_fault', json({ reply: '42' })],
      ['answer_not_found', 'agent_fault', json({ answer: { a: 1 } })],
      ['answer_not_found', 'agent_fault', events('{"x":1}'), { stream: { path: 'd' } }],
      ['provider_invalid_response', 'retryable', (_call, response) => response.end('{"answer": ')],
      ['provider_invalid_response', 'retryable', events('nonsense'), { stream: { path: 'd' } }],
      ['provider_server_error', 'retryable', events('{"error":"boom"}'), { stream: { path: 'd' } }],
      [
        'provider_truncated_response',
        'retryable',
        events('{"d":"4"}'),
        { stream: { path: 'd', done: '[DONE]' } },
      ],
      [
        'provider_html_response',
        'retryable',
        (_call, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      ],
      ['provider_connection_lost', 'retryable', (_call, response) => response.destroy()],
      [
        'provider_response_too_large',
        'agent_fault',
        json({ answer: 'x'.repeat(5000) }),
        {},
        { maxResponseBytes: 4000 },
      ],
      [
        'provider_response_too_large',
        'agent_fault',
        events(`{"d":"${'x'.repeat(5000)}"}`),
        { stream: { path: 'd' } },
        { maxResponseBytes: 4000 },
      ],
      ['provider_timeout', 'retryable', () => undefined, {}, { headersTimeoutMs: 100 }],
      ['provider_timeout', 'retryable', () => undefined, {}, { totalTimeoutMs: 100 }],
      [
        'provider_timeout',
        'retryable',
        (_call, response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
        {},
        { idleTimeoutMs: 100 },
      ],
      [
        'provider_timeout',
        'retryable',
        (_call, response) => {
          const timer = setInterval(() => response.write(': still here\n\n'), 20);
          response.on('close', () => clearInterval(timer));
        },
        { stream: { path: 'd' } },
        { idleTimeoutMs: 200 },
      ],
    ])('%s (%s)', async (code, kind, answer, settings = {}, limits = {}) => {
      bot.answer = answer;
      expect(await failure(settings, limits)).toMatchObject({ name: 'AgentError', code, kind });
    });

    it('with the status, how long to wait, and the setting to change', async () => {
      bot.answer = json({}, 429, { 'retry-after': '7' });
      expect((await failure()).details).toMatchObject({ status: 429, retryAfterMs: 7000 });
      bot.answer = json({}, 404);
      expect((await failure()).message).toMatch(/model and url\./);
      bot.answer = json({ reply: 1, other: 2 });
      expect((await failure()).message).toMatch(/no text at "answer"\. It has reply, other\./);
    });
  });

  describe('keeps secrets', () => {
    const headers = { Authorization: { secret: 'BOT', prefix: 'Bearer ' }, 'x-plain': 'hello' };
    const echo: Answer = (call, response) =>
      json({ answer: `You sent ${call.headers.authorization}` })(call, response);

    it('in the header alone, and takes them out of answers and errors that echo them', async () => {
      bot.answer = echo;
      const { text } = await ask({ headers });
      expect(bot.last.headers).toMatchObject({ authorization: `Bearer ${SECRET}`, 'x-plain': 'hello' });
      expect(text).toBe('You sent Bearer [secret]');
      for (const answer of [
        json({ error: `bad key ${SECRET}` }, 401),
        json({ error: `bad key ${SECRET}` }, 500),
        events(JSON.stringify({ error: { message: SECRET } })),
      ]) {
        bot.answer = answer;
        const error = await failure({ headers, stream: { path: 'd' } });
        expect(error).toMatchObject({ name: 'AgentError' });
        expect(JSON.stringify([error.message, error.details, String(error.cause)])).not.toContain(SECRET);
      }
    });

    it('from other origins, and says which variable is missing', async () => {
      const problems = (secret: string): unknown =>
        factoryFor(bot).problems(agentOf({ ...base, url: bot.origin, headers: { 'x-key': { secret } } }));
      expect(problems('BOT')).toEqual([]);
      expect(problems('NONE')).toEqual([
        {
          code: 'missing_secret',
          variable: 'AGENT_SECRET_NONE',
          message: expect.stringMatching(/PUT .*\/NONE .* set AGENT_SECRET_NONE/),
        },
      ]);
      expect(problems('ELSEWHERE')).toMatchObject([
        { code: 'secret_not_for_origin', variable: 'AGENT_SECRET_ELSEWHERE' },
      ]);
      const agent = agentOf({ ...base, url: bot.origin, headers: { 'x-key': { secret: 'ELSEWHERE' } } });
      const before = bot.calls.length;
      const call = factoryFor(bot).create(agent).complete(agentRequest('?'), new AbortController().signal);
      await expect(call).rejects.toMatchObject({
        name: 'AgentError',
        kind: 'blocked',
        code: 'secret_not_for_origin',
      });
      expect(bot.calls.length).toBe(before);
    });
  });

  describe('does not lead inside', () => {
    const strict = new GuardedClient([]);

    it.each([
      'http://127.0.0.1:1/',
      'http://169.254.169.254/latest',
      'http://[::1]/',
      'http://localhost/',
      'http://0x7f.1/',
    ])('when an agent is saved, nor when it is called: %s', async (url) => {
      const factory = factoryFor(bot, {}, strict);
      const settings = { ...base, url };
      await expect(factory.checkAtSave(settings)).rejects.toMatchObject({ code: 'address_not_allowed' });
      const call = factory
        .create(agentOf(settings))
        .complete(agentRequest('?'), new AbortController().signal);
      await expect(call).rejects.toMatchObject({
        name: 'AgentError',
        kind: 'configuration',
        code: 'address_not_allowed',
      });
    });

    it('by a name that leads elsewhere after it was saved', async () => {
      const addresses = ['93.184.215.14', '127.0.0.1'];
      const client = new GuardedClient([], async () => [{ address: addresses.shift() ?? '', family: 4 }]);
      const factory = factoryFor(bot, {}, client);
      const settings = { ...base, url: `http://rebinding.example:${new URL(bot.origin).port}/` };
      await factory.checkAtSave(settings);
      const before = bot.calls.length;
      await expect(
        factory.create(agentOf(settings)).complete(agentRequest('?'), new AbortController().signal),
      ).rejects.toMatchObject({ code: 'address_not_allowed' });
      expect(bot.calls.length).toBe(before);
    });

    it('by a redirect', async () => {
      bot.answer = json({}, 302, { location: `${bot.origin}/inside` });
      const before = bot.calls.length;
      expect(await failure()).toMatchObject({ code: 'provider_redirected' });
      expect(bot.calls.length).toBe(before + 1);
    });
  });

  it.each([
    { url: 'ftp://example.com' },
    { url: 'https://user:password@example.com' },
    { url: undefined },
    { method: 'DELETE' },
    { method: 'GET' },
    { body: { a: ['{{target}}'] } },
    { query: { q: '{{nothing}}' } },
    { headers: { host: 'elsewhere' } },
    { headers: { 'Content-Length': '1' } },
    { headers: { 'x y': '1' } },
    { headers: { x: 'a\r\nb: c' } },
    { headers: { x: { secret: 'lower' } } },
    { response: { text: 'a..b' } },
    { response: { text: 'a[?@.b]' } },
    { response: {} },
    { stream: {} },
    { stream: { path: 'd' }, response: { text: 'a', tool_calls: { path: 'c' } } },
    { base_url: 'https://example.com' },
  ])('cannot have the settings %o', (settings) => {
    const { settingsSchema } = factoryFor(bot);
    expect(settingsSchema.safeParse({ ...base, url: 'https://example.com' }).success).toBe(true);
    expect(settingsSchema.safeParse({ ...base, url: 'https://example.com', ...settings }).success).toBe(
      false,
    );
  });

  it('reads nothing that objects inherit', async () => {
    expect(await failure({ response: { text: 'constructor.name' } })).toMatchObject({
      code: 'answer_not_found',
    });
    expect(await failure({ response: { text: '__proto__' } })).toMatchObject({ code: 'answer_not_found' });
  });

  it('limits calls to one URL together, each workspace for itself, and never shows headers', () => {
    const limits = (settings: object, workspace = 'w') =>
      factoryFor(bot).limits(agentOf({ ...base, url: 'https://a.example/x', ...settings }), workspace);
    expect(limits({})).toEqual(limits({ body: { other: 1 } }));
    expect(limits({}).key).not.toBe(limits({}, 'v').key);
    expect(limits({}).key).not.toBe(limits({ url: 'https://a.example/y' }).key);
    expect(limits({ concurrency: 3 })).toMatchObject({ fixed: 3, label: 'http a.example' });
    expect(limits({ headers: { x: 'literal' } }).key).not.toContain('literal');
  });

  it('costs what the agent says, and otherwise nobody knows', () => {
    const usage = { inputTokens: 1_000_000, outputTokens: 0 };
    const pricing = { input_usd_per_mtok: 2, output_usd_per_mtok: 4 };
    expect(costUsd(agentOf({ ...base, url: 'https://a.example', pricing }), usage)).toBe(2);
    expect(costUsd(agentOf({ ...base, url: 'https://a.example' }), usage)).toBeNull();
  });
});
