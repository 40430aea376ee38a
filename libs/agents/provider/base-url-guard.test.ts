import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { AddressGuard } from '#libs/outbound';
import { AnthropicAdapterFactory } from '../anthropic/anthropic-adapter-factory.js';
import { OpenAiAdapterFactory } from '../openai/openai-adapter-factory.js';
import { agentRequest, agentSpec, providerConfig } from '../testing/index.js';

const signal = new AbortController().signal;
const refused = { code: 'address_not_allowed', message: expect.stringContaining('OUTBOUND_ALLOWED') };

describe.each([
  { adapter: 'openai', Factory: OpenAiAdapterFactory, path: '/v1' },
  { adapter: 'anthropic', Factory: AnthropicAdapterFactory, path: '' },
])('the base_url of an agent of $adapter', ({ adapter, Factory, path }) => {
  let server: ProviderServer;
  beforeAll(async () => {
    server = await startProviderServer({ answer: () => '42' });
  });
  afterAll(() => server.close());

  const agentAt = (base_url?: string) =>
    agentSpec({ adapter, model: 'm', settings: base_url === undefined ? {} : { base_url } });
  const under = (allowed: string[], addresses: string[] = [], config = {}) =>
    new Factory(
      providerConfig(config),
      new AddressGuard(allowed, async () => [{ address: addresses.shift() ?? '', family: 4 }]),
    );
  const ask = (factory: InstanceType<typeof Factory>, agent: ReturnType<typeof agentAt>) =>
    factory.create(agent).complete(agentRequest('6 * 7?'), signal);

  it.each(['http://127.0.0.1:11434/v1', 'http://[::1]/', 'http://169.254.169.254', 'http://0x7f.1'])(
    'is refused at save, before a run and at a call where it leads inside: %s',
    async (url) => {
      const factory = under([]);
      await expect(factory.checkAtSave({ base_url: url })).rejects.toMatchObject(refused);
      expect(factory.problems(agentAt(url))).toMatchObject([refused]);
      expect(() => factory.create(agentAt(url))).toThrow(
        expect.objectContaining({ ...refused, kind: 'configuration' }),
      );
    },
  );

  it('does not lead inside after a check that it passed (DNS rebinding)', async () => {
    const url = `http://rebinding.example:${new URL(server.url).port}${path}`;
    const factory = under([], ['93.184.215.14', '127.0.0.1']);
    const before = server.ledger.length;
    await factory.checkAtSave({ base_url: url });
    expect(factory.problems(agentAt(url))).toEqual([]);
    await expect(ask(factory, agentAt(url))).rejects.toMatchObject({ ...refused, kind: 'configuration' });
    expect(server.ledger).toHaveLength(before);
  });

  it.each(['127.0.0.0/8', 'ollama.internal'])('leads to what %s allows', async (allowed) => {
    const host = allowed === 'ollama.internal' ? allowed : '127.0.0.1';
    const url = `http://${host}:${new URL(server.url).port}${path}`;
    const factory = under([allowed], ['127.0.0.1', '127.0.0.1']);
    await factory.checkAtSave({ base_url: url });
    expect((await ask(factory, agentAt(url))).text).toBe('42');
  });

  it("is judged, and the operator's own is not", async () => {
    const operator = `${server.url}${path}`;
    const factory = under([], [], { openaiBaseUrl: operator, anthropicBaseUrl: operator });
    await factory.checkAtSave({});
    expect((await ask(factory, agentAt())).text).toBe('42');
    await expect(factory.checkAtSave({ base_url: operator })).rejects.toMatchObject(refused);
  });
});
