import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import type { AgentRequest, AgentResponse } from '../agent-adapter.js';
import { agentRequest, agentSpec, loopbackAllowed, providerConfig } from '../testing/index.js';
import { AnthropicAdapterFactory } from './anthropic-adapter-factory.js';

const agentWith = (settings: Record<string, unknown>) =>
  agentSpec({ adapter: 'anthropic', model: 'm', settings });

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer({ answer: () => '42' });
});
beforeEach(() => server.behave({}));
afterAll(() => server.close());

function ask(settings: Record<string, unknown>, request: Partial<AgentRequest> = {}): Promise<AgentResponse> {
  const adapter = new AnthropicAdapterFactory(providerConfig(), loopbackAllowed).create(
    agentWith({ base_url: server.url, ...settings }),
  );
  return adapter.complete(agentRequest('6 * 7?', request), new AbortController().signal);
}

describe('the anthropic adapter', () => {
  it('always sends a limit of tokens, and makes room for thinking', async () => {
    await ask({});
    expect(server.ledger.at(-1)?.body).toMatchObject({ max_tokens: 4096 });
    await ask({ thinking_budget: 2000 });
    expect(server.ledger.at(-1)?.body).toMatchObject({
      max_tokens: 6096,
      thinking: { type: 'enabled', budget_tokens: 2000 },
    });
    await ask({ thinking_budget: 2000 }, { settings: { maxTokens: 100 } });
    expect(server.ledger.at(-1)?.body).toMatchObject({ max_tokens: 2100 });
  });

  it('lets models that think by themselves do so, or not', async () => {
    await ask({});
    expect(server.ledger.at(-1)?.body).not.toHaveProperty('thinking');
    await ask({ thinking: 'adaptive', reasoning_effort: 'high' });
    expect(server.ledger.at(-1)?.body).toMatchObject({
      max_tokens: 4096,
      thinking: { type: 'adaptive' },
      output_config: { effort: 'high' },
    });
    await ask({ thinking: 'disabled' });
    expect(server.ledger.at(-1)?.body).toMatchObject({ thinking: { type: 'disabled' } });
  });

  it('lifts system messages out of the conversation', async () => {
    await ask(
      {},
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: '1?' },
          { role: 'assistant', content: '1.' },
          { role: 'system', content: 'Be exact.' },
          { role: 'user', content: '2?' },
        ],
      },
    );
    expect(server.ledger.at(-1)?.body).toMatchObject({
      system: 'Be brief.\n\nBe exact.',
      messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user' }],
    });
    await ask({});
    expect(server.ledger.at(-1)?.body).not.toHaveProperty('system');
  });

  it('asks by the version of the API that takes sampling settings only where there are some', async () => {
    await ask({}, { settings: { temperature: 0 } });
    expect(server.ledger.at(-1)).toMatchObject({
      body: { temperature: 0 },
      headers: { 'anthropic-version': '2023-06-01' },
    });
    await ask({}, { settings: { stop: ['\n'] } });
    expect(server.ledger.at(-1)?.body).toMatchObject({ stop_sequences: ['\n'] });
    expect(server.ledger.at(-1)?.body).not.toHaveProperty('temperature');
    expect(server.ledger.at(-1)?.headers['anthropic-version']).not.toBe('2023-06-01');
  });

  it('judges an error inside a stream by its name', async () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    server.behave({
      reply: {
        headers: { 'content-type': 'text/event-stream' },
        body: `event: error\ndata: ${JSON.stringify(error)}\n\n`,
      },
    });
    await expect(ask({})).rejects.toMatchObject({
      kind: 'retryable',
      code: 'provider_overloaded',
      message: expect.stringContaining('"Overloaded"') as unknown,
    });
  });

  it('counts tokens of its cache as input', async () => {
    const usage = {
      input_tokens: 10,
      cache_read_input_tokens: 30,
      cache_creation_input_tokens: 5,
      output_tokens: 2,
    };
    const body = { id: 'x', content: [{ type: 'text', text: '42' }], stop_reason: 'end_turn', usage };
    server.behave({ reply: { body } });
    expect((await ask({ stream: false })).usage).toEqual({
      inputTokens: 45,
      outputTokens: 2,
      cachedInputTokens: 30,
    });
  });

  it.each([
    ['model_context_window_exceeded', 'length'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'other'],
    ['something new', 'other'],
  ])('maps the stop reason "%s" to %s', async (stop_reason, expected) => {
    server.behave({ reply: { body: { id: 'x', content: [{ type: 'text', text: '42' }], stop_reason } } });
    expect((await ask({ stream: false })).finishReason).toBe(expected);
  });
});

describe('an anthropic agent', () => {
  it('needs a key at Anthropic, and none at a server of its own', () => {
    const factory = new AnthropicAdapterFactory(providerConfig(), loopbackAllowed);
    expect(factory.problems(agentWith({}))).toMatchObject([
      { code: 'missing_api_key', variable: 'ANTHROPIC_API_KEY' },
    ]);
    expect(factory.problems(agentWith({ base_url: 'http://127.0.0.1:8080' }))).toEqual([]);
  });

  it('cannot think with less than the API allows', () => {
    const { settingsSchema } = new AnthropicAdapterFactory(providerConfig(), loopbackAllowed);
    expect(settingsSchema.safeParse({ thinking_budget: 1023 }).success).toBe(false);
    expect(settingsSchema.safeParse({ thinking_budget: 1024 }).success).toBe(true);
    expect(settingsSchema.safeParse({ thinking_budget: 1024, thinking: 'adaptive' }).success).toBe(false);
  });
});
