import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import {
  agentAdapterContract,
  agentRequest,
  agentSpec,
  loopbackAllowed,
  providerConfig,
} from '../testing/index.js';
import { OpenAiAdapterFactory } from './openai-adapter-factory.js';

/** A vector that differs from text to text. */
const vectorOf = (text: string): number[] => [text.length, text.charCodeAt(text.length - 1), -0.5];

const start = (): Promise<ProviderServer> =>
  startProviderServer({
    answer: ({ messages }) => ({
      text: JSON.stringify(vectorOf(messages[0]!.content)),
      usage: { input: 3, output: 0 },
    }),
  });

const under = (server: ProviderServer) => ({
  factory: new OpenAiAdapterFactory(providerConfig(), loopbackAllowed),
  agent: agentSpec({
    adapter: 'openai',
    model: 'text-embedding-3-small',
    settings: { embeddings: true, base_url: `${server.url}/v1` },
  }),
});

agentAdapterContract('openai with embeddings', async () => {
  const server = await start();
  return {
    ...under(server),
    request: (index) => agentRequest(`text ${index}`),
    slow: () => server.behave({ pieceDelayMs: 2000 }),
    failing: () => {
      server.behave([{ reply: { status: 500 } }]);
      return agentRequest('text');
    },
    close: () => server.close(),
  };
});

describe('an openai agent with embeddings', () => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await start();
  });
  beforeEach(() => server.behave({}));
  afterAll(() => server.close());

  const ask = (request = agentRequest('Paris')) => {
    const { factory, agent } = under(server);
    return factory.create(agent).complete(request, new AbortController().signal);
  };

  it('answers a text with its embedding, and says what that took', async () => {
    const { text, usage } = await ask();
    expect(JSON.parse(text)).toEqual(vectorOf('Paris'));
    expect(usage).toEqual({ inputTokens: 3, outputTokens: 0 });
    expect(server.ledger.at(-1)).toMatchObject({
      url: '/v1/embeddings',
      body: { model: 'text-embedding-3-small', input: 'Paris', encoding_format: 'float' },
    });
  });

  it('holds no conversation', async () => {
    const messages = [{ role: 'system' as const, content: 'Be brief.' }, ...agentRequest('Paris').messages];
    await expect(ask({ ...agentRequest('Paris'), messages })).rejects.toMatchObject({
      kind: 'configuration',
      code: 'embeddings_of_one_text',
    });
  });

  it.each([{ data: [] }, { data: [{ embedding: [] }] }, { data: [{ embedding: [1, 'x'] }] }, {}])(
    'does not take %j for an embedding',
    async (body) => {
      server.behave({ reply: { body } });
      await expect(ask()).rejects.toMatchObject({ kind: 'retryable', code: 'provider_invalid_response' });
    },
  );
});
