import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { AnthropicAdapterFactory } from '../anthropic/anthropic-adapter-factory.js';
import type { BatchPort } from '../agent-adapter.js';
import { OpenAiAdapterFactory } from '../openai/openai-adapter-factory.js';
import { agentRequest, agentSpec, loopbackAllowed, providerConfig } from '../testing/index.js';

const signal = new AbortController().signal;

describe.each([
  { adapter: 'openai', api: 'chat', path: '/v1' },
  { adapter: 'openai', api: 'responses', path: '/v1' },
  { adapter: 'anthropic', api: undefined, path: '' },
])('batches of $adapter $api', ({ adapter, api, path }) => {
  let server: ProviderServer;
  let batch: BatchPort;
  const factory = new (adapter === 'openai' ? OpenAiAdapterFactory : AnthropicAdapterFactory)(
    providerConfig(),
    loopbackAllowed,
  );
  const create = (settings: object) =>
    factory.create(
      agentSpec({
        adapter,
        model: 'm',
        settings: { base_url: `${server.url}${path}`, ...(api && { api }), ...settings },
      }),
    );

  beforeAll(async () => {
    server = await startProviderServer({ answer: ({ messages }) => `re: ${messages.at(-1)?.content}` });
  });
  beforeEach(() => {
    server.behave({});
    server.batches.held = false;
    batch = create({ batch: true }).batch as BatchPort;
  });
  afterAll(() => server.close());

  const requests = (...texts: string[]) =>
    texts.map((text, i) => ({ id: `${i}-1`, request: agentRequest(text) }));

  it('are only for agents that say so, and are asked what a single call would be', async () => {
    expect(create({}).batch).toBeUndefined();
    await create({ stream: false }).complete(agentRequest('one'), signal);
    const alone = server.ledger.at(-1)?.body;
    await batch.submit('same', requests('one'), signal);
    expect(server.ledger.at(-1)?.body).toEqual({ ...alone, stream: undefined });
  });

  it('are pending, then answer every request by its id', async () => {
    server.batches.held = true;
    const id = await batch.submit('all', requests('one', 'two'), signal);
    expect(await batch.poll(id, signal)).toBeNull();
    server.batches.held = false;
    const end = await batch.poll(id, signal);
    expect([...(end?.answers ?? [])].map(([key, answer]) => [key, answer])).toEqual([
      ['0-1', expect.objectContaining({ text: 're: one', ttftMs: null, finishReason: 'stop' })],
      [
        '1-1',
        expect.objectContaining({ text: 're: two', usage: expect.objectContaining({ inputTokens: 1 }) }),
      ],
    ]);
  });

  it('tell errors of single requests as calls would, and leave out what was not tried', async () => {
    const reply = (status: number, type: string, message: string) => ({
      reply: { status, body: { type: 'error', error: { type, message } } },
    });
    const id = await batch.submit('some', requests('long', 'busy', 'late', 'fine'), signal);
    server.behave(({ messages }) => {
      switch (messages.at(-1)?.content) {
        case 'long':
          return reply(400, 'invalid_request_error', 'prompt is too long');
        case 'busy':
          return reply(529, 'overloaded_error', 'Overloaded');
        case 'late':
          return { untried: true };
      }
      return {};
    });
    const end = await batch.poll(id, signal);
    expect(end?.answers.get('0-1')).toMatchObject({ kind: 'agent_fault', code: 'context_too_long' });
    expect(end?.answers.get('1-1')).toMatchObject({ kind: 'retryable', code: 'provider_overloaded' });
    expect(end?.answers.has('2-1')).toBe(false);
    expect(end?.missing).toMatchObject({ kind: 'retryable', code: 'batch_unanswered' });
    expect(end?.answers.get('3-1')).toMatchObject({ text: 're: fine' });
  });

  it('end when they are cancelled', async () => {
    server.batches.held = true;
    const id = await batch.submit('cancelled', requests('one'), signal);
    await batch.cancel(id, signal);
    const end = await batch.poll(id, signal);
    expect(end?.answers.size).toBe(0);
  });

  it('are found by their name where the provider keeps one', async () => {
    const id = await batch.submit('named', requests('one'), signal);
    expect(await batch.find('named', signal)).toBe(adapter === 'openai' ? id : null);
    expect(await batch.find('unknown', signal)).toBeNull();
  });

  it('fail as calls do where the provider cannot be asked', async () => {
    await expect(batch.poll('no-such-batch', signal)).rejects.toMatchObject({
      name: 'AgentError',
      details: { status: 404 },
    });
    await expect(
      batch.submit('aborted', requests('one'), AbortSignal.abort(new Error('stop'))),
    ).rejects.toThrow('stop');
  });
});
