import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const SAMPLES = Array.from({ length: 30 }, (_, i) => ({
  id: `q${i}`,
  input: `${i} + 1`,
  target: `${i + 1}`,
  category: i < 10 ? 'small' : 'large',
}));

describe('runs', () => {
  let service: TestService;
  let provider: ProviderServer;

  beforeAll(async () => {
    provider = await startProviderServer({ answer: ({ messages }) => solve(messages.at(-1)?.content ?? '') });
    service = await startTestService({ AGENT_MAX_ATTEMPTS: '3' });
    await service.post('/api/v1/benchmarks', {
      name: 'sums',
      scoring: { scorers: [{ type: 'numeric' }] },
      samples: SAMPLES,
    });
    await agent('calculator', { adapter: 'baseline', model: 'calculator' });
    await agent('one', { adapter: 'baseline', model: 'constant', settings: { answer: '1' } });
    await agent('random', { adapter: 'baseline', model: 'random' });
    await agent('local', {
      adapter: 'openai',
      model: 'loopback',
      settings: { base_url: `${provider.url}/v1` },
    });
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  const agent = async (name: string, rest: object): Promise<void> => {
    const answer = await service.post('/api/v1/agents', { name, ...rest });
    expect(answer.status).toBe(201);
  };
  const solve = (sum: string): string => String(Number(sum.split(' + ')[0]) + 1);
  const start = async (body: object): Promise<string> => {
    const answer = await service.post('/api/v1/runs', { benchmark: 'sums', ...body });
    expect(answer.status).toBe(202);
    return answer.body.id;
  };
  const results = async (query: string): Promise<any[]> => {
    const answer = await service.get(`/api/v1/results?limit=100&${query}`);
    expect(answer.status).toBe(200);
    return answer.body.items;
  };

  it('runs agents over every sample and reports scores with their intervals, by category', async () => {
    const run = await service.finish(await start({ agents: ['calculator', 'one'] }));
    expect(run).toMatchObject({ status: 'completed', progress: 1, trials: 60, done: 60 });
    const [calculator, one] = run.entries;
    expect(calculator.summary).toMatchObject({ score: 1, n: 30, correct: 30, ci_high: 1 });
    expect(calculator.summary.ci_low).toBeCloseTo(0.8865, 4); // Wilson: 30 of 30
    expect(one.summary).toMatchObject({ n: 30, correct: 1, outcomes: { scored: 30, agent_error: 0 } });
    expect(one.summary.per_category).toMatchObject([
      { category: 'small', n: 10, score: 0.1 },
      { category: 'large', n: 20, score: 0 },
    ]);
    expect(Date.parse(run.completed_at)).toBeGreaterThanOrEqual(Date.parse(run.started_at));
  });

  it('keeps what was asked and answered in each trial', async () => {
    const run = await service.finish(await start({ agents: ['local'], limit: 5, seed: 3 }));
    const trials = await results(`run_id=${run.id}`);
    expect(trials).toHaveLength(5);
    const [trial] = trials;
    expect(trial).toMatchObject({ agent: 'local', epoch: 1, outcome: 'scored', score: 1, attempts: 1 });
    expect(trial.scores.numeric.answer).toBe(solve(`${trial.sample_id.slice(1)} + 1`));
    expect(trial.ttft_ms).toBeLessThanOrEqual(trial.latency_ms);
    const transcript = await service.get(
      `/api/v1/results/${run.id}/${trial.entry_id}/${trial.sample_id}/transcript`,
    );
    expect(transcript.body).toMatchObject({
      messages: [{ role: 'user', content: `${trial.sample_id.slice(1)} + 1` }],
      output: trial.scores.numeric.answer,
      finish_reason: 'stop',
      explanations: { numeric: expect.any(String) },
    });
    const missing = await service.get(`/api/v1/results/${run.id}/${trial.entry_id}/nope/transcript`);
    expect([missing.status, missing.body.code]).toEqual([404, 'transcript_not_found']);
  });

  it('gives the same plan and the same seeded answers for the same seed, and others for another', async () => {
    const answers = async (seed: number): Promise<unknown[]> => {
      const run = await service.finish(await start({ agents: ['random'], limit: 10, epochs: 2, seed }));
      const trials = await results(`run_id=${run.id}`);
      expect(trials).toHaveLength(20);
      return trials.map((trial) => [trial.sample_id, trial.epoch, trial.scores.numeric.answer]);
    };
    const first = await answers(7);
    expect(await answers(7)).toEqual(first);
    expect(await answers(8)).not.toEqual(first);
  });

  it('filters results by outcome, category, agent and score, and pages through them all once', async () => {
    const run = await service.finish(await start({ agents: ['calculator', 'one'], epochs: 2 }));
    const id = `run_id=${run.id}`;
    expect(await results(`${id}&agent=one`)).toHaveLength(60);
    expect(await results(`${id}&agent=one&category=small`)).toHaveLength(20);
    expect(await results(`${id}&agent=one&min_score=0.5`)).toHaveLength(2);
    expect(await results(`${id}&max_score=0.5`)).toHaveLength(58);
    expect(await results(`${id}&outcome=agent_error`)).toHaveLength(0);
    expect(await results(`${id}&sample_id=q7`)).toHaveLength(4);
    const unknown = await service.get(`/api/v1/results?${id}&agent=calculater`);
    expect([unknown.status, unknown.body.detail]).toEqual([404, expect.stringMatching(/calculator/)]);

    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const page: any = await service.get(
        `/api/v1/results?${id}&limit=7${cursor ? `&cursor=${cursor}` : ''}`,
      );
      for (const trial of page.body.items) seen.add(`${trial.agent} ${trial.sample_id} ${trial.epoch}`);
      cursor = page.body.next_cursor;
    } while (cursor);
    expect(seen.size).toBe(120);
    const bad = await service.get(`/api/v1/results?${id}&cursor=bm9wZQ`);
    expect([bad.status, bad.body.code]).toEqual([422, 'invalid_cursor']);
  });

  it('tries again what can be mended, counts what cannot apart, and never as a score of 0', async () => {
    const busyOnce = new Set<string>();
    provider.behave((call) => {
      const question = call.messages[0]?.content ?? '';
      if (question === '1 + 1') return { reply: { status: 500, body: { error: { message: 'down' } } } };
      if (question === '2 + 1') {
        return { reply: { status: 400, body: { error: { message: 'no', type: 'invalid_request_error' } } } };
      }
      if (!question.startsWith('1') || busyOnce.has(question)) return {};
      busyOnce.add(question);
      return { reply: { status: 503, body: 'busy' } };
    });
    const run = await service.finish(await start({ agents: ['local'] }));
    provider.behave({});
    const [entry] = run.entries;
    expect(entry.summary).toMatchObject({
      n: 28,
      score: 1,
      outcomes: { scored: 28, agent_error: 1, infra_error: 1, unscored: 0 },
    });
    expect(entry.summary.score_worst_case).toBeCloseTo(28 / 30);
    expect(entry.summary.score_best_case).toBe(1);
    const [failed] = await results(`run_id=${run.id}&outcome=infra_error`);
    expect(failed).toMatchObject({ sample_id: 'q1', score: null, attempts: 3 });
    const [refused] = await results(`run_id=${run.id}&outcome=agent_error`);
    expect(refused).toMatchObject({ sample_id: 'q2', score: null, attempts: 1 });
  });

  it('counts a sample whose prompt cannot be made as our failure, and goes on with the others', async () => {
    const choices = ['a', 'b', 'c', 'd', 'e', 'f'];
    const created = await service.post('/api/v1/benchmarks', {
      name: 'grows',
      prompt: { messages: [{ role: 'user', content: '{% for choice in choices %}{{ input }}{% endfor %}' }] },
      scoring: { scorers: [{ type: 'includes' }] },
      samples: [
        { id: 'short', input: 'x', target: '1', choices },
        { id: 'long', input: 'x'.repeat(200_000), target: '1', choices },
      ],
    });
    expect(created.status).toBe(201);
    const { body } = await service.post('/api/v1/runs', { benchmark: 'grows', agents: ['one'] });
    const run = await service.finish(body.id);
    expect(run.entries[0].summary).toMatchObject({ n: 1, score: 1, outcomes: { scored: 1, infra_error: 1 } });
    const [failed] = await results(`run_id=${run.id}&outcome=infra_error`);
    expect(failed).toMatchObject({ sample_id: 'long', error_code: 'template_failed', attempts: 0 });
  });

  it('ends an entry at once when its model does not exist, says what to do, and lets the others finish', async () => {
    const missing = { reply: { status: 404, body: { error: { message: 'no such model' } } } };
    provider.behave(missing);
    const before = provider.ledger.length;
    const run = await service.finish(await start({ agents: ['local', 'calculator'], epochs: 20 }));
    const calls = provider.ledger.length - before;
    provider.behave({});
    expect(run.status).toBe('completed');
    expect(run.entries[0]).toMatchObject({
      status: 'failed',
      error_code: 'provider_model_not_found',
      done: 0,
    });
    expect(run.entries[0].error).toMatch(/model/);
    expect(run.entries[1]).toMatchObject({ status: 'completed', done: 600 });
    expect(calls).toBeLessThanOrEqual(100); // those in flight when the first refusal came

    provider.behave(missing);
    const alone = await service.finish(await start({ agents: ['local'] }));
    provider.behave({});
    expect([alone.status, alone.error]).toEqual(['failed', run.entries[0].error]);
  });

  it('cancels: aborts calls in flight, keeps what is stored, and refuses to cancel twice', async () => {
    let calls = 0;
    provider.behave(() => (++calls > 5 ? { delayMs: 60_000 } : {}));
    const id = await start({ agents: ['local'] });
    while ((await service.get(`/api/v1/runs/${id}`)).body.done < 5)
      await new Promise((r) => setTimeout(r, 20));
    const started = Date.now();
    const cancelled = await service.post(`/api/v1/runs/${id}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', done: 5 } });
    expect(cancelled.body.entries[0]).toMatchObject({ status: 'cancelled', summary: { n: 5, score: 1 } });
    expect(await results(`run_id=${id}`)).toHaveLength(5);
    const again = await service.post(`/api/v1/runs/${id}/cancel`);
    expect([again.status, again.body.code]).toEqual([409, 'run_has_ended']);
    // The slots are free again: another run of the same agent is not held up by the aborted calls.
    provider.behave({});
    expect((await service.finish(await start({ agents: ['local'] }))).status).toBe('completed');
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  it('pauses: starts nothing more, keeps what was in flight, and goes on where it stopped', async () => {
    provider.behave({ delayMs: 100 });
    const before = provider.ledger.length;
    const id = await start({ agents: ['local'], epochs: 60 });
    const get = async () => (await service.get(`/api/v1/runs/${id}`)).body;
    while ((await get()).done < 20) await new Promise((r) => setTimeout(r, 20));
    expect(await service.post(`/api/v1/runs/${id}/pause`)).toMatchObject({
      status: 200,
      body: { status: 'paused' },
    });
    expect(await service.post(`/api/v1/runs/${id}/pause`)).toMatchObject({
      status: 409,
      body: { code: 'run_state' },
    });
    await new Promise((r) => setTimeout(r, 2000)); // a heartbeat, and the calls in flight
    const paused = await get();
    expect(paused.done).toBeLessThan(1800);
    expect(paused.done).toBe(provider.ledger.length - before);
    await new Promise((r) => setTimeout(r, 500));
    expect((await get()).done).toBe(paused.done);
    expect(await service.post(`/api/v1/runs/${id}/resume`)).toMatchObject({
      status: 200,
      body: { status: 'processing' },
    });
    provider.behave({});
    expect(await service.finish(id)).toMatchObject({ status: 'completed', done: 1800 });
    expect(provider.ledger.length - before).toBe(1800);
    expect(await service.post(`/api/v1/runs/${id}/resume`)).toMatchObject({
      status: 409,
      body: { code: 'run_has_ended' },
    });
  });

  it('tells of progress by server-sent events until the run ends', async () => {
    provider.behave({ delayMs: 150 });
    const id = await start({ agents: ['local'], epochs: 3 });
    const response = await fetch(`${service.url}/api/v1/runs/${id}/events`);
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    const events = (await response.text())
      .split('\n\n')
      .filter((block) => block.includes('event: progress'))
      .map((block) => JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'));
    provider.behave({});
    expect(events.length).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({
      run_id: id,
      status: 'completed',
      progress: 1,
      done: 90,
      trials: 90,
      eta_s: 0,
      rate_limited: 0,
      cost_usd: 0,
    });
    expect(events.at(-1).trials_per_s).toBeGreaterThan(0);
    const progress = events.map((event) => event.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect((await service.get('/api/v1/runs/nope/events')).status).toBe(404);
  });

  it('refuses what cannot run, naming what is missing and what is near', async () => {
    const post = async (body: object) =>
      (await service.post('/api/v1/runs', { benchmark: 'sums', ...body })).body;
    expect(await post({ agents: ['calculater'] })).toMatchObject({
      status: 404,
      code: 'agent_not_found',
      detail: expect.stringMatching(/"calculater".*calculator/),
    });
    expect(await post({ benchmark: 'sum', agents: ['one'] })).toMatchObject({
      status: 404,
      code: 'benchmark_not_found',
      detail: expect.stringMatching(/"sum".*sums/),
    });
    expect(await post({ agents: ['one', 'one'] })).toMatchObject({ status: 422, code: 'duplicate_agent' });
    expect(await post({ agents: [] })).toMatchObject({ status: 422, code: 'validation_failed' });
    expect(await post({ agents: ['one'], epochs: 0 })).toMatchObject({
      status: 422,
      errors: [{ path: 'epochs', message: expect.any(String) }],
    });
    expect(await post({ agents: ['one'], temprature: 1 })).toMatchObject({
      status: 422,
      code: 'validation_failed',
    });
    await agent('keyless', { adapter: 'openai', model: 'gpt-5-mini' });
    expect(await post({ agents: ['one', 'keyless'] })).toMatchObject({
      status: 422,
      code: 'agent_not_ready',
      detail: expect.stringMatching(/OPENAI_API_KEY/),
    });
  });

  it('lists runs newest first, by status and benchmark, in pages', async () => {
    const all = (await service.get('/api/v1/runs?limit=100')).body.items;
    const ids = all.map((run: any) => run.id);
    expect(ids).toEqual([...ids].sort().reverse());
    const failed = (await service.get('/api/v1/runs?status=failed')).body.items;
    expect(failed.map((run: any) => run.status)).toEqual(['failed']);
    expect((await service.get('/api/v1/runs?benchmark=other')).body.items).toEqual([]);
    const first = (await service.get('/api/v1/runs?limit=2')).body;
    const second = (await service.get(`/api/v1/runs?limit=2&cursor=${first.next_cursor}`)).body;
    expect([...first.items, ...second.items].map((run) => run.id)).toEqual(ids.slice(0, 4));
    expect((await service.get('/api/v1/runs?limit=101')).status).toBe(422);
  });

  it('lists of each entry its score, as the run itself has it', async () => {
    const { items } = (await service.get('/api/v1/runs?status=completed&limit=1')).body;
    const { body: run } = await service.get(`/api/v1/runs/${items[0].id}`);
    const entries = run.entries.map(({ summary, ...entry }: any) => {
      const { n, score, ci_low, ci_high } = summary;
      return { ...entry, summary: { n, score, ci_low, ci_high } };
    });
    expect(items[0]).toEqual({ ...run, entries });
    expect(run.entries[0].summary.score).toBeTypeOf('number');
  });

  it('says before it starts what a run will take', async () => {
    await service.finish(await start({ agents: ['local'], limit: 10 }));
    const pricing = { input_usd_per_mtok: 10, output_usd_per_mtok: 10 };
    const settings = { base_url: `${provider.url}/v1`, pricing };
    await agent('priced', { adapter: 'openai', model: 'loopback', settings });
    const estimate = (query: string) => service.get(`/api/v1/runs/estimate?${query}`);

    const { body, status } = await estimate('benchmark=sums&agents=priced,calculator&epochs=2&limit=20');
    expect(status).toBe(200);
    expect(body).toMatchObject({ samples: 20, trials: 80, seconds: null });
    expect(body.cost_usd).toBeGreaterThan(0);
    expect(body.entries).toMatchObject([
      {
        agent: { name: 'priced', version: 1 },
        cost_usd: body.cost_usd,
        cost_from: 'other_agent',
        entry_id: null,
      },
      { agent: { name: 'calculator' }, cost_usd: 0, cost_from: 'free' },
    ]);
    const unpriced = (await estimate('benchmark=sums@1&agents=local@1')).body;
    expect(unpriced).toMatchObject({
      samples: 30,
      trials: 30,
      cost_usd: null,
      entries: [{ cost_from: null }],
    });
    expect(unpriced.seconds).toBeGreaterThan(0);

    expect((await estimate('benchmark=sums&agents=nobody')).status).toBe(404);
    expect((await estimate('benchmark=sums')).status).toBe(422);
    expect((await estimate('benchmark=sums&agents=local&epochs=0')).status).toBe(422);
  });
});
