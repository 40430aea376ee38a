import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

describe('the check of an agent', () => {
  let service: TestService;
  let provider: ProviderServer;
  beforeAll(async () => {
    provider = await startProviderServer({ answer: () => ({ text: 'OK', usage: { input: 12, output: 1 } }) });
    service = await startTestService();
    const pricing = { input_usd_per_mtok: 1_000_000, output_usd_per_mtok: 2_000_000 };
    const settings = { base_url: `${provider.url}/v1`, pricing };
    await service.post('/api/v1/agents', { name: 'local', adapter: 'openai', model: 'm', settings });
  });
  beforeEach(() => provider.behave({}));
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  const check = (agent: string) => service.post(`/api/v1/agents/${agent}/check`);

  it('makes one cheap call and says how it went', async () => {
    const before = provider.ledger.length;
    const { status, body } = await check('local');
    expect(status).toBe(200);
    expect(body).toEqual({
      ok: true,
      problems: [],
      error: null,
      answer: {
        text: 'OK',
        finish_reason: 'stop',
        latency_ms: expect.any(Number),
        ttft_ms: expect.any(Number),
        input_tokens: 12,
        output_tokens: 1,
        cost_usd: 14,
      },
    });
    expect(provider.ledger.length).toBe(before + 1);
    expect(provider.ledger.at(-1)?.body).toMatchObject({ max_tokens: 16 });
    expect((await service.get('/api/v1/runs')).body.items).toEqual([]);
  });

  it('says what the provider said, with its status, and calls once', async () => {
    const before = provider.ledger.length;
    provider.behave({ reply: { status: 401, body: { error: { message: 'Who are you?' } } } });
    expect((await check('local')).body).toMatchObject({
      ok: false,
      answer: null,
      error: {
        kind: 'blocked',
        code: 'provider_key_rejected',
        status: 401,
        message: expect.stringMatching(/answered 401: "Who are you\?"/),
      },
    });
    expect(provider.ledger.length).toBe(before + 1);
  });

  it('calls nobody where the agent is not ready, and names the variable', async () => {
    await service.post('/api/v1/agents', { name: 'keyless', adapter: 'openai', model: 'm' });
    expect((await check('keyless')).body).toMatchObject({
      ok: false,
      problems: [{ code: 'missing_api_key', variable: 'OPENAI_API_KEY' }],
      error: null,
      answer: null,
    });
    const settings = { command: 'none' };
    await service.post('/api/v1/agents', { name: 'program', adapter: 'command', settings });
    expect((await check('program')).body.problems).toMatchObject([
      { code: 'unknown_command', variable: 'AGENT_COMMANDS_FILE' },
    ]);
  });

  it('is made one at a time for each agent', async () => {
    provider.behave({ delayMs: 500 });
    const before = provider.ledger.length;
    const statuses = (await Promise.all([check('local'), check('local'), check('local')])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([200, 409, 409]);
    expect(provider.ledger.length).toBe(before + 1);
    expect((await check('local')).status).toBe(200);
  });

  it('keeps to the block that a rate limit brought', async () => {
    const settings = { base_url: `${provider.url}/v1`, concurrency: 2 };
    await service.post('/api/v1/agents', { name: 'limited', adapter: 'openai', model: 'other', settings });
    provider.behave({ reply: { status: 429, headers: { 'retry-after': '60' }, body: {} } });
    expect((await check('limited')).body.error).toMatchObject({ code: 'provider_rate_limited', status: 429 });
    const before = provider.ledger.length;
    expect((await check('limited')).body.error).toMatchObject({ kind: 'rate_limited', status: null });
    expect(provider.ledger.length).toBe(before);
  });

  it('knows no agent that is not there', async () => {
    expect(await check('nobody')).toMatchObject({ status: 404, body: { code: 'agent_not_found' } });
  });

  it('is not needed to see that an http agent leads inside: that is not saved', async () => {
    const settings = { url: 'http://169.254.169.254/latest', response: { text: 'a' } };
    expect(await service.post('/api/v1/agents', { name: 'inside', adapter: 'http', settings })).toMatchObject(
      {
        status: 422,
        body: { code: 'address_not_allowed' },
      },
    );
    expect((await service.get('/api/v1/agents/inside')).status).toBe(404);
  });
});
