import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { startProviderServer, type ProviderCall, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const isJudge = ({ model }: ProviderCall): boolean => model === 'judge';
const lastOf = ({ messages }: ProviderCall): string => messages.at(-1)?.content ?? '';

/** A verdict of the judge takes 100 and 50 tokens, 0.15 USD; an answer of any other 2 and 1. */
function answerTo(call: ProviderCall) {
  if (!isJudge(call)) return { text: `ANSWER ${lastOf(call)}`, usage: { input: 2, output: 1 } };
  const id = /"id": "(\w+)"/.exec(call.messages[0]?.content ?? '')?.[1];
  const verdict = { id, explanation: 'It answers.', pass: lastOf(call).includes('ANSWER') };
  return { text: JSON.stringify(verdict), usage: { input: 100, output: 50 } };
}

/** Half of the targets are as the agent writes them. */
const SAMPLES = Array.from({ length: 20 }, (_, i) => ({
  id: `q${i}`,
  input: `${i}`,
  target: i % 2 === 0 ? `ANSWER ${i}` : `answer ${i}`,
  category: i < 10 ? 'low' : 'high',
  metadata: { tests: 'pass' },
}));
const LENIENT = { scorers: [{ type: 'exact', ignore_case: true }] };
const JUDGED = {
  scorers: [{ type: 'llm_judge', name: 'good', criteria: 'It answers.', judges: [{ agent: 'judge@1' }] }],
};

describe('score sets', { timeout: 60_000 }, () => {
  let service: TestService;
  let provider: ProviderServer;

  beforeAll(async () => {
    provider = await startProviderServer({ answer: answerTo });
    service = await startTestService({ AGENT_MAX_ATTEMPTS: '1', ENGINE_SHARD_SIZE: '16' });
    const publish = (name: string, scorer: object) =>
      service.post('/api/v1/benchmarks', { name, scoring: { scorers: [scorer] }, samples: SAMPLES });
    await publish('strict', { type: 'exact' });
    // Nothing here may run Python, so no answer is scored.
    await publish('python', { type: 'code', language: 'python' });
    const settings = {
      base_url: `${provider.url}/v1`,
      pricing: { input_usd_per_mtok: 1000, output_usd_per_mtok: 1000 },
    };
    for (const name of ['writer', 'judge'])
      await service.post('/api/v1/agents', { name, adapter: 'openai', model: name, settings });
    await service.post('/api/v1/agents', {
      name: 'constant',
      adapter: 'baseline',
      model: 'constant',
      settings: { answer: 'answer 1' },
    });
  });
  beforeEach(() => provider.behave({}));
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  const run = async (body: object = {}) => {
    const wanted = { benchmark: 'strict', agents: ['writer'], ...body };
    const { status, body: started } = await service.post('/api/v1/runs', wanted);
    expect(status, JSON.stringify(started)).toBe(202);
    return service.finish(started.id);
  };
  let named = 0;
  const begin = (runId: string, scoring: object, more: object = {}) =>
    service.post(`/api/v1/runs/${runId}/score-sets`, { name: `set ${++named}`, scoring, ...more });
  const get = async (id: string) => (await service.get(`/api/v1/score-sets/${id}`)).body;
  const until = async (id: string, holds: (set: any) => boolean): Promise<any> => {
    for (;;) {
      const set = await get(id);
      if (holds(set)) return set;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  /** The judge takes its time from then on. */
  const slowAfter = (verdicts: number): void => {
    let given = 0;
    provider.behave((call) => (isJudge(call) && given++ >= verdicts ? { delayMs: 5000 } : {}));
  };
  const rescore = async (runId: string, scoring: object, more: object = {}) => {
    const { status, body } = await begin(runId, scoring, more);
    expect(status, JSON.stringify(body)).toBe(202);
    return until(body.id, ({ completed_at }) => completed_at !== null);
  };
  const resultsOf = async (id: string): Promise<any[]> =>
    (await service.get(`/api/v1/results?run_id=${id}&limit=100`)).body.items;
  const scoresOf = async (id: string, query = ''): Promise<any[]> =>
    (await service.get(`/api/v1/score-sets/${id}/scores?limit=100&${query}`)).body.items;

  it('judge stored outputs by other scorers, side by side with what they scored, and change nothing of the run', async () => {
    provider.behave((call) =>
      lastOf(call) === '3' ? { reply: { status: 500, body: { error: { message: 'no' } } } } : {},
    );
    const before = await run({ agents: ['writer', 'constant'], epochs: 2 });
    const results = await resultsOf(before.id);
    const calls = provider.ledger.length;
    const set = await rescore(before.id, LENIENT, { name: 'lenient', reason: 'Case is no mistake.' });
    expect(set).toMatchObject({
      run_id: before.id,
      name: 'lenient',
      reason: 'Case is no mistake.',
      status: 'completed',
      progress: 1,
      benchmark: { name: 'strict', version: 1, content_hash: before.benchmark.content_hash },
      scoring: LENIENT,
      scoring_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      scorer_versions: { exact: 1 },
      cost_usd: 0,
      outdated: false,
    });
    const [writer, constant] = set.entries;
    const [{ summary }] = before.entries;
    expect(writer).toMatchObject({
      source_entry_id: before.entries[0].id,
      agent: { name: 'writer', version: 1 },
      original: { score: summary.score, ci_low: summary.ci_low, per_category: summary.per_category },
      rescored: {
        n: 19,
        score: 1,
        outcomes: { scored: 38, infra_error: 2, agent_error: 0, unscored: 0 },
        per_category: [
          { category: 'low', n: 9, score: 1 },
          { category: 'high', n: 10, score: 1 },
        ],
        per_scorer: [{ scorer: 'exact', score: 1 }],
      },
      changes: { changed: 9, raised: 9, lowered: 0, gained: 0, lost: 0, same: 10 },
    });
    expect(writer.rescored.ci_low).toBeGreaterThan(0.8);
    expect(constant).toMatchObject({ rescored: { score: 0.05 }, changes: { changed: 0, same: 20 } });

    expect(provider.ledger.length).toBe(calls);
    expect(await service.get(`/api/v1/runs/${before.id}`)).toMatchObject({ body: before });
    expect(await resultsOf(before.id)).toEqual(results);
    const failed = await scoresOf(set.id, 'outcome=infra_error');
    expect(failed).toMatchObject([
      {
        sample_id: 'q3',
        epoch: 1,
        score: null,
        error_code: 'provider_server_error',
        original: { outcome: 'infra_error' },
      },
      { sample_id: 'q3', epoch: 2 },
    ]);
    const changed = await scoresOf(set.id, `changed=true&entry=${before.entries[0].id}`);
    expect(changed).toHaveLength(18);
    expect(changed[0]).toMatchObject({
      agent: 'writer',
      sample_id: 'q1',
      epoch: 1,
      outcome: 'scored',
      score: 1,
      scores: { exact: { value: 1, answer: 'answer 1', explanation: 'It is the target.' } },
      original: { outcome: 'scored', score: 0 },
    });
    const pages: any[] = [];
    for (let cursor = ''; ;) {
      const { body } = await service.get(`/api/v1/score-sets/${set.id}/scores?limit=33${cursor}`);
      pages.push(...body.items);
      if (body.next_cursor === null) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(new Set(pages.map((row) => `${row.entry_id} ${row.sample_id} ${row.epoch}`)).size).toBe(80);
  });

  it('are listed with their run, and in no list of runs', async () => {
    const { id } = await run({ limit: 5 });
    const [first, second] = [
      await rescore(id, LENIENT),
      await rescore(id, { scorers: [{ type: 'includes' }] }),
    ];
    const { body } = await service.get(`/api/v1/runs/${id}/score-sets`);
    expect(body.items.map((set: any) => set.id)).toEqual([second.id, first.id]);
    expect(body.items[1]).toEqual(first);
    const { items } = (await service.get('/api/v1/runs?limit=100')).body;
    expect(items.map((one: any) => one.id)).toContain(id);
    expect(items.map((one: any) => one.id)).not.toContain(first.id);
    const history = await service.get('/api/benchmark/analytics/history?limit=100');
    expect(history.body.map((point: any) => point.run_id)).not.toContain(first.id);
    expect((await service.get(`/api/v1/runs/${first.id}`)).body).toMatchObject({ rescores_run_id: id });
  });

  it('may score what had no score, and take one away', async () => {
    const { id } = await run({ benchmark: 'python' });
    const set = await rescore(id, LENIENT);
    expect(set.entries[0]).toMatchObject({
      original: { n: 0, score: null },
      rescored: { n: 20, score: 1 },
      changes: { gained: 20, changed: 20, same: 0 },
    });
    const back = await rescore((await run()).id, { scorers: [{ type: 'code', language: 'python' }] });
    expect(back.entries[0]).toMatchObject({ rescored: { n: 0, score: null }, changes: { lost: 20 } });
    expect((await scoresOf(back.id))[0]).toMatchObject({
      outcome: 'unscored',
      error_code: 'python_not_allowed',
      error: expect.stringMatching(/CODE_SANDBOX_PYTHON/),
    });
  });

  it('know what the trials took and cost', async () => {
    const { id } = await run();
    const set = await rescore(id, {
      scorers: [
        { type: 'tokens', max: 2, name: 'few' },
        { type: 'tokens', max: 3, name: 'enough' },
        { type: 'cost', max: 0.0029, name: 'cheap' },
        { type: 'cost', max: 0.0031, name: 'affordable' },
        { type: 'latency', max: 60_000 },
      ],
    });
    const by = Object.fromEntries(
      set.entries[0].rescored.per_scorer.map(({ scorer, score }: any) => [scorer, score]),
    );
    expect(by).toEqual({ few: 0, enough: 1, cheap: 0, affordable: 1, latency: 1 });
  });

  it('have judges say what they think, and count what that costs', async () => {
    const { id } = await run();
    const asked = provider.ledger.filter(isJudge).length;
    const set = await rescore(id, JUDGED);
    expect(provider.ledger.filter(isJudge).length - asked).toBe(20);
    expect(set.cost_usd).toBeCloseTo(20 * 0.15, 9);
    expect(set.entries[0]).toMatchObject({
      rescored: { n: 20, score: 1 },
      changes: { raised: 10, same: 10 },
    });
    const [{ scores }] = await scoresOf(set.id);
    expect(scores.good).toMatchObject({ value: 1, explanation: expect.stringMatching(/It answers/) });
  });

  it('keep to a budget, and go on where it is raised, with every trial judged once', async () => {
    const { id } = await run();
    const asked = provider.ledger.filter(isJudge).length;
    const { body } = await begin(id, JUDGED, { max_cost_usd: 3 });
    const paused = await until(body.id, ({ status }) => status === 'paused');
    expect(paused.pause.code).toBe('budget_cost');
    expect(paused.cost_usd).toBeLessThanOrEqual(3);
    const early = await service.post(`/api/v1/runs/${id}/retry`);
    expect(early).toMatchObject({ status: 409, body: { code: 'score_set_processing' } });
    await service.fetch(`/api/v1/runs/${body.id}`, 'PATCH', { max_cost_usd: 100 });
    await service.post(`/api/v1/runs/${body.id}/resume`);
    const set = await until(body.id, ({ status }) => status === 'completed');
    expect(set.entries[0]).toMatchObject({ done: 20, rescored: { score: 1 } });
    expect(set.cost_usd).toBeCloseTo(0.15 * (provider.ledger.filter(isJudge).length - asked), 9);
    const rows = await scoresOf(set.id);
    expect(new Set(rows.map(({ sample_id }) => sample_id)).size).toBe(rows.length);
  });

  it('go on where a worker lost its lease, with one row for each trial', async () => {
    const { id } = await run({ epochs: 5 });
    slowAfter(5);
    const { body } = await begin(id, JUDGED);
    await until(body.id, ({ entries }) => entries[0].done > 0);
    const dataSource = service.app.get(DataSource);
    const [, taken] = await dataSource.query(
      `UPDATE shards SET status = 'pending', attempt = attempt + 1, lease_until = NULL
       WHERE run_id = $1 AND status = 'leased'`,
      [body.id],
    );
    expect(taken).toBeGreaterThan(0);
    provider.behave({});
    const set = await until(body.id, ({ status }) => status === 'completed');
    expect(set.entries[0]).toMatchObject({
      done: 100,
      rescored: { n: 20, score: 1, outcomes: { scored: 100 } },
    });
    const [counted] = await dataSource.query(
      `SELECT count(*)::int AS rows, count(DISTINCT (ordinal, epoch))::int AS trials FROM results WHERE run_id = $1`,
      [body.id],
    );
    expect(counted).toEqual({ rows: 100, trials: 100 });
  });

  it('can be cancelled, with what they have', async () => {
    const { id } = await run({ epochs: 5 });
    slowAfter(5);
    const { body } = await begin(id, JUDGED);
    await until(body.id, ({ entries }) => entries[0].done > 0);
    const { body: cancelled } = await service.post(`/api/v1/score-sets/${body.id}/cancel`);
    expect(cancelled).toMatchObject({ status: 'cancelled', entries: [{ status: 'cancelled' }] });
    expect(cancelled.entries[0].rescored.n).toBeGreaterThan(0);
    const again = await service.post(`/api/v1/score-sets/${body.id}/cancel`);
    expect(again).toMatchObject({ status: 409, body: { code: 'run_has_ended' } });
  });

  it('let entries be compared by the new scores', async () => {
    const { id, entries } = await run({ agents: ['writer', 'constant'] });
    const set = await rescore(id, LENIENT);
    const pair = `/api/v1/analytics/compare?entries=${entries.map((entry: any) => entry.id).join()}`;
    expect((await service.get(pair)).body.pairs).toMatchObject([
      { candidate_score: 0.5, baseline_score: 0.05 },
    ]);
    const { body } = await service.get(`${pair}&score_set=${set.id}`);
    expect(body).toMatchObject({
      entries: entries.map(({ id: entryId }: any) => ({ run_id: set.id, rescores_entry_id: entryId })),
      pairs: [{ candidate_score: 1, baseline_score: 0.05, verdict: 'better' }],
    });
    const mixed = await service.get(
      `/api/v1/analytics/compare?entries=${set.entries[0].id},${entries[0].id}`,
    );
    expect(mixed).toMatchObject({ status: 409, body: { code: 'not_comparable' } });
    const other = await rescore((await run()).id, LENIENT);
    expect(await service.get(`${pair}&score_set=${other.id}`)).toMatchObject({
      status: 404,
      body: { code: 'score_set_not_used' },
    });
  });

  it('say whether their run went on since, and follow scores that are set by hand', async () => {
    provider.behave((call) =>
      lastOf(call) === '3' ? { reply: { status: 500, body: { error: { message: 'no' } } } } : {},
    );
    const { id, entries } = await run();
    const { id: set } = await rescore(id, LENIENT);
    expect((await get(set)).entries[0]).toMatchObject({ changes: { raised: 9, gained: 0 } });
    await service.post(`/api/v1/results/${id}/${entries[0].id}/q1/override`, { score: 1, reason: 'Right.' });
    expect((await get(set)).entries[0]).toMatchObject({
      original: { score: 11 / 19 },
      changes: { raised: 8, same: 11 },
    });
    const [{ id: rescored }] = (await get(set)).entries;
    await service.post(`/api/v1/results/${set}/${rescored}/q0/override`, { score: 0, reason: 'Wrong.' });
    expect((await get(set)).entries[0]).toMatchObject({
      rescored: { score: 18 / 19 },
      changes: { lowered: 1 },
    });
    provider.behave({});
    await service.post(`/api/v1/runs/${id}/retry`);
    await service.finish(id);
    expect(await get(set)).toMatchObject({ outdated: true, entries: [{ changes: { lost: 1 } }] });
    expect(await rescore(id, LENIENT)).toMatchObject({ outdated: false, entries: [{ rescored: { n: 20 } }] });
  });

  it('are begun once, however often the request is sent', async () => {
    const { id } = await run();
    const send = (scoring: object) =>
      fetch(`${service.url}/api/v1/runs/${id}/score-sets`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `key ${id}`.replace(' ', '-') },
        body: JSON.stringify({ name: 'once', scoring }),
      });
    const [first, second] = [await send(LENIENT), await send(LENIENT)];
    const { id: set } = await first.json();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await second.json()).toMatchObject({ id: set });
    expect((await send(JUDGED)).status).toBe(422);
    expect((await service.get(`/api/v1/runs/${id}/score-sets`)).body.items).toHaveLength(1);
  });

  it('are refused before anything is written', async () => {
    const { id } = await run();
    const unfit = await begin(id, { scorers: [{ type: 'numeric' }] });
    expect(unfit).toMatchObject({ status: 422, body: { code: 'scoring_unfit' } });
    expect(unfit.body.detail).toMatch(/20 of 20 samples/);
    expect(unfit.body.errors[0]).toMatchObject({
      sample_id: 'q0',
      message: expect.stringMatching(/not a number/),
    });
    const judges = [{ agent: 'nobody@1' }];
    const unknown = await begin(id, { scorers: [{ type: 'llm_judge', criteria: 'x', judges }] });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'agent_not_found' } });
    expect((await begin(id, { scorers: [{ type: 'vibes' }] })).status).toBe(422);
    expect((await service.get(`/api/v1/runs/${id}/score-sets`)).body.items).toEqual([]);

    const set = await rescore(id, LENIENT, { name: 'taken' });
    expect(await begin(id, LENIENT, { name: 'taken' })).toMatchObject({
      status: 409,
      body: { code: 'score_set_exists' },
    });
    expect(await begin(set.id, LENIENT)).toMatchObject({ status: 409, body: { code: 'run_is_score_set' } });
    const extended = await service.post(`/api/v1/runs/${set.id}/extend`, { epochs: 3 });
    expect(extended).toMatchObject({ status: 409, body: { code: 'run_is_score_set' } });
    provider.behave({ delayMs: 1000 });
    const going = await service.post('/api/v1/runs', { benchmark: 'strict', agents: ['writer'] });
    expect(await begin(going.body.id, LENIENT)).toMatchObject({ status: 409, body: { code: 'run_state' } });
    expect((await begin('nowhere', LENIENT)).status).toBe(404);
    expect((await service.get('/api/v1/score-sets/nowhere')).status).toBe(404);
    expect((await service.get(`/api/v1/score-sets/${id}`)).status).toBe(404);
    await service.finish(going.body.id);
  });
});
