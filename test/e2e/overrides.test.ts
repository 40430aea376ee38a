import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const SAMPLES = Array.from({ length: 10 }, (_, i) => ({
  id: `q${i}`,
  input: `${i}`,
  target: i < 6 ? `${i}` : 'never',
  category: i < 5 ? 'low' : 'high',
}));

describe('a score set by hand', () => {
  let service: TestService;
  let provider: ProviderServer;

  beforeAll(async () => {
    provider = await startProviderServer({
      answer: ({ messages }) => ({ text: messages.at(-1)?.content ?? '' }),
    });
    service = await startTestService({ AGENT_MAX_ATTEMPTS: '1' });
    const publish = (name: string, scorers: object[]) =>
      service.post('/api/v1/benchmarks', {
        name,
        scoring: { scorers },
        samples: SAMPLES.map((sample) => ({ ...sample, metadata: { tests: 'pass' } })),
      });
    await publish('echo', [{ type: 'exact' }]);
    // Nothing here may run Python, so no answer is scored.
    await publish('python', [{ type: 'code', language: 'python' }]);
    for (const name of ['echoing', 'other']) {
      await service.post('/api/v1/agents', {
        name,
        adapter: 'openai',
        model: name,
        settings: { base_url: `${provider.url}/v1` },
      });
    }
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  const start = async (body: object = {}) => {
    const run = { benchmark: 'echo', agents: ['echoing'], ...body };
    const { status, body: started } = await service.post('/api/v1/runs', run);
    expect(status, JSON.stringify(started)).toBe(202);
    const finished = await service.finish(started.id);
    const [entry] = finished.entries;
    return {
      id: finished.id,
      entry,
      trial: (sample: string) => `/api/v1/results/${finished.id}/${entry.id}/${sample}`,
    };
  };
  const entryOf = async (id: string) => (await service.get(`/api/v1/runs/${id}`)).body.entries[0];
  const del = async (path: string, query: Record<string, string>) => {
    const response = await fetch(`${service.url}${path}?${new URLSearchParams(query)}`, { method: 'DELETE' });
    return { status: response.status, body: await response.json() };
  };

  it('counts wherever the entry is read, is told of, and leaves what the scorers said', async () => {
    const { id, entry, trial } = await start({ agents: ['echoing', 'other'] });
    expect(entry.summary).toMatchObject({ score: 0.6, correct: 6 });
    const answer = await service.post(`${trial('q9')}/override`, {
      score: 1,
      reason: 'The target is wrong.',
      author: 'Ada',
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        sample_id: 'q9',
        outcome: 'scored',
        score: 1,
        overridden: true,
        scores: { exact: { value: 0 } },
      },
    });
    expect((await entryOf(id)).summary).toMatchObject({
      score: 0.7,
      correct: 7,
      per_category: [
        { category: 'low', score: 1 },
        { category: 'high', score: 0.4 },
      ],
      per_scorer: [{ scorer: 'exact', score: 0.6 }],
    });
    const short = await service.get(`/api/benchmark/results/${id}`);
    expect(short.body.agents[0].metrics.accuracy).toBeCloseTo(70, 9);
    const { entries } = (await service.get(`/api/v1/runs/${id}`)).body;
    const pair = entries.map(({ id: entryId }: any) => entryId).join();
    expect((await service.get(`/api/v1/analytics/compare?entries=${pair}`)).body.pairs).toMatchObject([
      { candidate_score: 0.7, baseline_score: 0.6, gained: { sample_ids: ['q9'] } },
    ]);
    const listed = await service.get(`/api/v1/results?run_id=${id}&overridden=true`);
    expect(listed.body.items).toMatchObject([{ sample_id: 'q9', entry_id: entry.id }]);
  });

  it('may be changed again and taken back, and its history keeps every value', async () => {
    const { id, entry, trial } = await start();
    const override = `${trial('q0')}/override`;
    await service.post(override, { score: 0.5, reason: 'Half right.' });
    await service.post(override, { score: 0.25, reason: 'Less than that.', author: 'Ada' });
    const restored = await del(override, { reason: 'It was right.', author: 'Bo' });
    expect(restored).toMatchObject({ status: 200, body: { score: 1, overridden: false } });
    expect((await entryOf(id)).summary).toEqual(entry.summary);
    const own = {
      outcome: 'scored',
      score: 1,
      scores: { exact: { value: 1, answer: '0' } },
      error_code: null,
    };
    const first = await service.get(`${trial('q0')}/overrides?limit=2`);
    expect(first.body.items).toMatchObject([
      { revision: 3, kind: 'restored', score: 1, author: 'Bo', former: { score: 0.25, overridden: true } },
      { revision: 2, kind: 'set', score: 0.25, author: 'Ada', former: { score: 0.5, overridden: true } },
    ]);
    const rest = await service.get(`${trial('q0')}/overrides?limit=2&cursor=${first.body.next_cursor}`);
    expect(rest.body).toMatchObject({
      items: [
        {
          revision: 1,
          score: 0.5,
          author: null,
          reason: 'Half right.',
          former: { ...own, overridden: false },
        },
      ],
      next_cursor: null,
    });
    expect(await del(override, { reason: 'Again.' })).toMatchObject({
      status: 409,
      body: { code: 'not_overridden' },
    });
  });

  it('is one of one epoch', async () => {
    const { id, trial } = await start({ epochs: 2 });
    const { body } = await service.post(`${trial('q0')}/override`, { epoch: 2, score: 0, reason: 'No.' });
    expect(body).toMatchObject({ epoch: 2, score: 0 });
    expect((await entryOf(id)).summary).toMatchObject({ n: 10, score: 0.55 });
    expect((await service.get(`${trial('q0')}/overrides?epoch=1`)).body.items).toEqual([]);
  });

  it('may be the smallest number that there is', async () => {
    const scoring = { scorers: [{ type: 'exact' }], cluster_by: 'category', reducers: ['collect'] };
    await service.post('/api/v1/benchmarks', { name: 'clustered', scoring, samples: SAMPLES.slice(6) });
    const { id, trial } = await start({ benchmark: 'clustered', epochs: 2 });
    const set = await service.post(`${trial('q6')}/override`, { score: Number.MIN_VALUE, reason: 'Nearly.' });
    expect(set).toMatchObject({ status: 200, body: { score: Number.MIN_VALUE } });
    expect((await entryOf(id)).summary).toMatchObject({ n: 8, score: 0 });
  });

  it('makes an unscored trial a scored one, which nothing runs again, until it is taken back', async () => {
    const { id, entry, trial } = await start({ benchmark: 'python' });
    expect(entry.summary).toMatchObject({ n: 0, score: null, outcomes: { scored: 0, unscored: 10 } });
    const override = `${trial('q3')}/override`;
    const { body } = await service.post(override, { score: 1, reason: 'I ran it.' });
    expect(body).toMatchObject({ outcome: 'scored', score: 1, scores: null, error_code: null });
    expect((await entryOf(id)).summary).toMatchObject({
      n: 1,
      score: 1,
      outcomes: { scored: 1, unscored: 9 },
    });
    const calls = provider.ledger.length;
    await service.post(`/api/v1/runs/${id}/retry`, { outcomes: ['unscored'] });
    await service.finish(id);
    expect(provider.ledger.length - calls).toBe(9);
    expect((await entryOf(id)).summary).toMatchObject({
      n: 1,
      score: 1,
      outcomes: { scored: 1, unscored: 9 },
    });
    const restored = await del(override, { reason: 'Not so.' });
    expect(restored.body).toMatchObject({
      outcome: 'unscored',
      score: null,
      error_code: 'python_not_allowed',
    });
    expect((await entryOf(id)).summary).toMatchObject({ n: 0, outcomes: { scored: 0, unscored: 10 } });
  });

  it('outlasts a retry of errors, and is refused of a trial without an answer and while the entry goes on', async () => {
    provider.behave(({ messages }) =>
      messages.at(-1)?.content === '2' ? { reply: { status: 500, body: { error: { message: 'no' } } } } : {},
    );
    const { id, entry, trial } = await start();
    expect(entry.summary.outcomes).toMatchObject({ scored: 9, infra_error: 1 });
    await service.post(`${trial('q1')}/override`, { score: 0, reason: 'Wrong.' });
    const refused = await service.post(`${trial('q2')}/override`, { score: 0, reason: 'Wrong.' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'trial_has_no_answer' } });

    provider.behave({ delayMs: 500 });
    await service.post(`/api/v1/runs/${id}/retry`);
    const early = await service.post(`${trial('q1')}/override`, { score: 1, reason: 'Right.' });
    expect(early).toMatchObject({ status: 409, body: { code: 'entry_not_finished' } });
    await service.finish(id);
    provider.behave({});
    expect((await entryOf(id)).summary).toMatchObject({ n: 10, score: 0.5 });
    const [{ overridden, score }] = (await service.get(`/api/v1/results?run_id=${id}&sample_id=q1`)).body
      .items;
    expect({ overridden, score }).toEqual({ overridden: true, score: 0 });
  });

  it('leaves rollup and history whole, however many set it at once', async () => {
    const { id, trial } = await start();
    await Promise.all(
      SAMPLES.flatMap(({ id: sample }) =>
        [0, 1].map((turn) =>
          service.post(`${trial(sample)}/override`, { score: turn / 2, reason: `turn ${turn}` }),
        ),
      ),
    );
    const results = (await service.get(`/api/v1/results?run_id=${id}`)).body.items;
    const mean = results.reduce((sum: number, { score }: any) => sum + score, 0) / results.length;
    expect((await entryOf(id)).summary.score).toBeCloseTo(mean, 9);
    for (const { sample_id, score } of results) {
      const { items } = (await service.get(`${trial(sample_id)}/overrides`)).body;
      expect(items.map(({ revision }: any) => revision)).toEqual([2, 1]);
      expect(items[0].score).toBe(score);
      expect(items[0].former.score).toBe(items[1].score);
    }
  });

  it.each([
    ['a score above 1', 'q0', { score: 1.5, reason: 'x' }, 422, 'validation_failed'],
    ['no reason', 'q0', { score: 1 }, 422, 'validation_failed'],
    ['an empty reason', 'q0', { score: 1, reason: '  ' }, 422, 'validation_failed'],
    ['an unknown sample', 'q77', { score: 1, reason: 'x' }, 404, 'result_not_found'],
    ['an epoch that there is not', 'q0', { score: 1, reason: 'x', epoch: 7 }, 404, 'result_not_found'],
  ])('is refused with %s', async (_, sample, body, status, code) => {
    const { trial, id } = await start();
    expect(await service.post(`${trial(sample)}/override`, body)).toMatchObject({ status, body: { code } });
    const elsewhere = `/api/v1/results/${id}/nowhere/q0`;
    expect((await service.post(`${elsewhere}/override`, { score: 1, reason: 'x' })).status).toBe(404);
    expect((await service.get(`${elsewhere}/overrides`)).status).toBe(404);
  });
});
