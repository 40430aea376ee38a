import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const SAMPLES = Array.from({ length: 30 }, (_, i) => ({ id: `q${i}`, input: `${i}`, target: `${i}` }));
/** Of each answer: 1 token of the question, 1 of the answer. */
const PRICING = { input_usd_per_mtok: 10_000, output_usd_per_mtok: 10_000 };

describe('a run under control', () => {
  let service: TestService;
  let provider: ProviderServer;

  beforeAll(async () => {
    provider = await startProviderServer({
      answer: ({ messages }) => ({
        text: messages.at(-1)?.content ?? '',
        usage: { input: 1, output: 1 },
      }),
    });
    service = await startTestService({ AGENT_MAX_ATTEMPTS: '3', ENGINE_SHARD_SIZE: '10' });
    await service.post('/api/v1/benchmarks', {
      name: 'echo',
      scoring: { scorers: [{ type: 'exact' }] },
      samples: SAMPLES,
    });
    for (const name of ['priced', 'other']) {
      await service.post('/api/v1/agents', {
        name,
        adapter: 'openai',
        model: name,
        settings: { base_url: `${provider.url}/v1`, pricing: PRICING },
      });
    }
    await service.post('/api/v1/agents', {
      name: 'unpriced',
      adapter: 'openai',
      model: 'unknown',
      settings: { base_url: `${provider.url}/v1` },
    });
    await service.post('/api/v1/agents', { name: 'random', adapter: 'baseline', model: 'random' });
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  const start = async (body: object): Promise<string> => {
    const answer = await service.post('/api/v1/runs', { benchmark: 'echo', ...body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    return answer.body.id;
  };
  const get = async (id: string) => (await service.get(`/api/v1/runs/${id}`)).body;
  const until = async (id: string, holds: (run: any) => boolean): Promise<any> => {
    for (;;) {
      const run = await get(id);
      if (holds(run)) return run;
      await sleep(20);
    }
  };
  const paused = (id: string): Promise<any> => until(id, (run) => run.status === 'paused');
  const calls = async (work: () => Promise<void>): Promise<number> => {
    const before = provider.ledger.length;
    await work();
    return provider.ledger.length - before;
  };

  describe('whose provider refuses', () => {
    const refusals = [
      [401, { error: { message: 'bad key' } }, 'provider_key_rejected', /key/],
      [429, { error: { message: 'no', code: 'insufficient_quota' } }, 'provider_quota_exhausted', /credit/],
    ] as const;

    it.each(refusals)(
      'with %s is paused, says what to do, lets the others finish, and goes on when resumed',
      async (status, body, code, advice) => {
        provider.behave((call) => (call.model === 'priced' ? { reply: { status, body } } : undefined));
        const before = provider.ledger.length;
        const id = await start({ agents: ['priced', 'other'], epochs: 20 });
        const refused = await paused(id);
        expect(refused.pause).toMatchObject({ code, message: expect.stringMatching(advice) });
        expect(refused.entries).toMatchObject([
          { status: 'paused', error_code: code, done: 0, summary: null },
          { status: 'completed', done: 600, summary: { score: 1 } },
        ]);
        // Those in flight when the first refusal came: of 600 trials, and none of them twice.
        const made = provider.ledger.slice(before).filter(({ model }) => model === 'priced').length;
        expect(made).toBeLessThanOrEqual(200);
        provider.behave({});
        expect(await service.post(`/api/v1/runs/${id}/resume`)).toMatchObject({
          status: 200,
          body: { status: 'processing', pause: null },
        });
        const run = await service.finish(id);
        expect(run).toMatchObject({ status: 'completed', done: 1200 });
        expect(run.entries[0]).toMatchObject({ error_code: null, summary: { score: 1 } });
      },
    );

    it('can be cancelled instead, with what is stored', async () => {
      provider.behave({ reply: { status: 401, body: { error: { message: 'bad key' } } } });
      const id = await start({ agents: ['priced'] });
      await paused(id);
      provider.behave({});
      const { body } = await service.post(`/api/v1/runs/${id}/cancel`);
      expect(body).toMatchObject({ status: 'cancelled', pause: null, entries: [{ status: 'cancelled' }] });
    });
  });

  it('does not occupy a slot while a provider has it wait, and says meanwhile what it waits for', async () => {
    const asked = new Set<string>();
    provider.behave(({ messages }) => {
      const question = messages.at(-1)?.content ?? '';
      if (question !== '7' || asked.has(question)) return {};
      asked.add(question);
      return {
        reply: { status: 429, headers: { 'retry-after': '6' }, body: { error: { message: 'slow' } } },
      };
    });
    const id = await start({ agents: ['priced'] });
    const waiting = await until(id, (run) => run.entries[0].error_code !== null);
    expect(waiting.entries[0]).toMatchObject({ status: 'processing', error_code: 'provider_rate_limited' });
    const dataSource = service.app.get<any>((await import('typeorm')).DataSource);
    const leased = `SELECT count(*)::int AS n FROM shards WHERE run_id = $1 AND status = 'leased' AND trial_from = 0`;
    expect((await dataSource.query(leased, [id]))[0].n).toBe(0);
    const run = await service.finish(id);
    provider.behave({});
    expect(run).toMatchObject({
      status: 'completed',
      done: 30,
      entries: [{ rate_limited: 1, error_code: null }],
    });
    const { body } = await service.get(`/api/v1/results?run_id=${id}&sample_id=q7`);
    expect(body.items[0]).toMatchObject({ outcome: 'scored', attempts: 2 });
  });

  describe('with a budget', () => {
    // The worst case of a call here: 1 or 2 bytes of prompt, 16 + 16 around it, and max_tokens 10, at 0.01 USD a token.
    it('never costs more, pauses with the reason, and goes on where the limit is raised', async () => {
      provider.behave({ delayMs: 20 });
      const id = await start({ agents: ['priced', 'other'], max_tokens: 10, max_cost_usd: 0.6 });
      const run = await paused(id);
      expect(run.pause).toMatchObject({
        code: 'budget_cost',
        message: expect.stringMatching(/max_cost_usd is 0\.6.*resume/),
      });
      const spent = run.entries.reduce((sum: number, entry: any) => sum + entry.cost_usd, 0);
      expect(spent).toBeGreaterThan(0.02);
      expect(spent).toBeLessThanOrEqual(0.6);
      expect(spent).toBeCloseTo(0.02 * run.done, 9);

      const raised = await service.fetch(`/api/v1/runs/${id}`, 'PATCH', { max_cost_usd: null });
      expect(raised).toMatchObject({ status: 200, body: { limits: {} } });
      await service.post(`/api/v1/runs/${id}/resume`);
      provider.behave({});
      const done = await service.finish(id);
      expect(done).toMatchObject({ status: 'completed', done: 60 });
      expect(done.entries.map((entry: any) => entry.cost_usd)).toEqual([0.6, 0.6]);
    });

    it('of tokens is kept likewise, and lasts exactly as far as it goes', async () => {
      const id = await start({ agents: ['priced'], max_tokens: 1, max_tokens_total: 40 + 33 });
      const run = await paused(id);
      expect(run.pause.code).toBe('budget_tokens');
      const { input_tokens, output_tokens } = run.entries[0];
      expect(input_tokens + output_tokens).toBeLessThanOrEqual(73);
      expect(input_tokens + output_tokens).toBeGreaterThanOrEqual(40); // one more would not have fitted in
      await service.post(`/api/v1/runs/${id}/cancel`);
    });

    it('of time pauses it, and pauses do not count', async () => {
      provider.behave({ delayMs: 300 });
      const id = await start({ agents: ['priced'], epochs: 30, max_duration_s: 1, concurrency: 1 });
      const run = await paused(id);
      provider.behave({});
      expect(run.pause).toMatchObject({ code: 'budget_duration', message: expect.stringMatching(/1 s/) });
      expect(run.done).toBeLessThan(900);
      await service.fetch(`/api/v1/runs/${id}`, 'PATCH', { max_duration_s: 1000, concurrency: null });
      await service.post(`/api/v1/runs/${id}/resume`);
      expect(await service.finish(id)).toMatchObject({ status: 'completed', done: 900 });
    });

    it('is refused where it could not be kept', async () => {
      const refused = async (body: object) =>
        (await service.post('/api/v1/runs', { benchmark: 'echo', ...body })).body;
      expect(await refused({ agents: ['priced'], max_cost_usd: 1 })).toMatchObject({
        status: 422,
        code: 'budget_needs_max_tokens',
      });
      expect(await refused({ agents: ['priced', 'unpriced'], max_tokens: 9, max_cost_usd: 1 })).toMatchObject(
        {
          status: 422,
          code: 'budget_needs_prices',
          detail: expect.stringMatching(/"unpriced"/),
        },
      );
      expect(await refused({ agents: ['priced'], max_cost_usd: -1 })).toMatchObject({ status: 422 });
      provider.behave({ delayMs: 200 });
      const id = await start({ agents: ['unpriced'], epochs: 20, concurrency: 1 });
      const patched = async (change: object) =>
        (await service.fetch(`/api/v1/runs/${id}`, 'PATCH', change)).body;
      expect(await patched({ max_tokens_total: 1000 })).toMatchObject({ code: 'budget_needs_max_tokens' });
      await service.post(`/api/v1/runs/${id}/cancel`);
      const bounded = await start({ agents: ['unpriced'], epochs: 20, concurrency: 1, max_tokens: 5 });
      const change = await service.fetch(`/api/v1/runs/${bounded}`, 'PATCH', { max_cost_usd: 1 });
      expect(change).toMatchObject({ status: 422, body: { code: 'budget_needs_prices' } });
      await service.post(`/api/v1/runs/${bounded}/cancel`);
      provider.behave({});
      const free = await service.finish(await start({ agents: ['random'], max_cost_usd: 0.01 }));
      expect(free.status).toBe('completed');
    });
  });

  describe('with fail_on_error', () => {
    const failing = (count: number): void =>
      provider.behave(({ messages }) =>
        Number(messages.at(-1)?.content) < count
          ? { reply: { status: 400, body: { error: { message: 'no', type: 'invalid_request_error' } } } }
          : {},
      );

    it.each([
      [true, 1],
      [3, 3],
      [0.1, 3],
    ])('%s fails the run at error %s of an entry of 30', async (fail_on_error, errors) => {
      failing(errors);
      const run = await service.finish(await start({ agents: ['priced', 'random'], fail_on_error }));
      expect(run).toMatchObject({ status: 'failed', error: expect.stringMatching(/fail_on_error/) });
      expect(run.entries).toMatchObject([
        { status: 'failed', error_code: 'too_many_errors' },
        { status: 'completed', done: 30 },
      ]);
      failing(errors - 1);
      const borne = await service.finish(await start({ agents: ['priced'], fail_on_error }));
      provider.behave({});
      expect(borne).toMatchObject({
        status: 'completed',
        entries: [{ summary: { outcomes: { agent_error: errors - 1, scored: 31 - errors } } }],
      });
    });
  });

  describe('that has ended', () => {
    it('tries only its errors again', async () => {
      provider.behave(({ messages }) =>
        Number(messages.at(-1)?.content) < 4 ? { reply: { status: 500, body: 'down' } } : {},
      );
      const id = await start({ agents: ['priced', 'other'], epochs: 2 });
      const before = await service.finish(id);
      provider.behave({});
      expect(before.entries[0].summary.outcomes).toMatchObject({ scored: 52, infra_error: 8 });
      const made = await calls(async () => {
        const retried = await service.post(`/api/v1/runs/${id}/retry`);
        expect(retried.status).toBe(202);
        // A worker may have begun before the answer was made.
        expect(['queued', 'processing']).toContain(retried.body.status);
        expect(retried.body.done).toBeGreaterThanOrEqual(104);
        expect(retried.body.done).toBeLessThanOrEqual(120);
        const run = await service.finish(id);
        expect(run).toMatchObject({ status: 'completed', done: 120, started_at: before.started_at });
        for (const entry of run.entries) {
          expect(entry.summary).toMatchObject({ n: 30, score: 1, outcomes: { scored: 60, infra_error: 0 } });
          expect(entry.cost_usd).toBeCloseTo(1.2, 9);
        }
      });
      expect(made).toBe(16);
      expect(await service.post(`/api/v1/runs/${id}/retry`)).toMatchObject({
        status: 409,
        body: { code: 'nothing_to_retry' },
      });
    });

    it('and failed goes on with what it never came to', async () => {
      provider.behave({ reply: { status: 404, body: { error: { message: 'no such model' } } } });
      const id = await start({ agents: ['priced'] });
      expect(await service.finish(id)).toMatchObject({ status: 'failed', done: 0 });
      provider.behave({});
      await service.post(`/api/v1/runs/${id}/retry`);
      expect(await service.finish(id)).toMatchObject({ status: 'completed', done: 30, error: null });
    });

    it('takes more agents and more epochs, and does nothing twice', async () => {
      const id = await start({ agents: ['priced'], limit: 20, seed: 3 });
      await service.finish(id);
      const made = await calls(async () => {
        const extended = await service.post(`/api/v1/runs/${id}/extend`, { agents: ['other'], epochs: 3 });
        expect(extended).toMatchObject({ status: 202, body: { trials: 120 } });
        expect(extended.body.done).toBeGreaterThanOrEqual(20);
        const run = await service.finish(id);
        expect(run).toMatchObject({
          status: 'completed',
          done: 120,
          config: { epochs: 3, limit: 20, seed: 3 },
        });
        expect(run.entries).toMatchObject([
          { agent: { name: 'priced' }, summary: { n: 20, outcomes: { scored: 60 } } },
          { agent: { name: 'other' }, summary: { n: 20, outcomes: { scored: 60 } } },
        ]);
      });
      expect(made).toBe(100);
      const refused = async (body: object) => (await service.post(`/api/v1/runs/${id}/extend`, body)).body;
      expect(await refused({ agents: ['other'] })).toMatchObject({ status: 409, code: 'agent_in_run' });
      expect(await refused({ epochs: 3 })).toMatchObject({ status: 422, code: 'epochs_not_more' });
      expect(await refused({})).toMatchObject({ status: 422 });
    });

    it('as cancelled, or has not ended, is left alone', async () => {
      provider.behave({ delayMs: 200 });
      const id = await start({ agents: ['priced'] });
      for (const action of ['retry', 'extend']) {
        expect(
          await service.post(`/api/v1/runs/${id}/${action}`, action === 'extend' ? { epochs: 2 } : {}),
        ).toMatchObject({
          status: 409,
          body: { code: 'run_state' },
        });
      }
      await service.post(`/api/v1/runs/${id}/cancel`);
      provider.behave({});
      expect((await service.post(`/api/v1/runs/${id}/retry`)).status).toBe(409);
      expect(await service.fetch(`/api/v1/runs/${id}`, 'PATCH', { concurrency: 2 })).toMatchObject({
        status: 409,
        body: { code: 'run_has_ended' },
      });
    });
  });
});
