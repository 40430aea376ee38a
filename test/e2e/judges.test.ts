import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderCall, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const systemOf = ({ messages }: ProviderCall): string => messages[0]?.content ?? '';
const isJudge = ({ model }: ProviderCall): boolean => model !== 'writer';

/** What a judge says of the candidate that it is shown, by its model. */
function opinion({ model, messages, ...call }: ProviderCall): object | string {
  const system = systemOf({ ...call, model, messages });
  const prompt = messages[1]?.content ?? '';
  if (model === 'broken') return 'I would say it is 1, or "pass": true.';
  if (system.includes('"better"')) {
    if (model === 'first') return { better: 'A' };
    return { better: prompt.indexOf('Hello') < prompt.indexOf('</contender-a') ? 'A' : 'B' };
  }
  const good = model === 'yes' || (model === 'fair' && prompt.includes('Hello'));
  return system.includes('"score"') ? { score: good ? 4 : 1 } : { pass: good };
}

/** Near to greetings, and far from anything else. */
const vectorOf = ({ messages }: ProviderCall): string =>
  /Hello|Good day/.test(messages[0]?.content ?? '') ? '[3, 4]' : '[1, 0]';

/** An answer of the agent: 10 tokens in, 5 out, 0.015 USD; a verdict: 100, 50, 0.15 USD. */
const answerTo = (call: ProviderCall) => {
  if (call.protocol === 'embeddings') return { text: vectorOf(call), usage: { input: 20, output: 0 } };
  if (!isJudge(call)) return { text: 'Hello there.', usage: { input: 10, output: 5 } };
  const said = opinion(call);
  const id = /"id": "(\w+)"/.exec(systemOf(call))?.[1];
  const text = typeof said === 'string' ? said : JSON.stringify({ id, explanation: 'So it is.', ...said });
  return { text, usage: { input: 100, output: 50 } };
};

describe('judges', { timeout: 60_000 }, () => {
  let service: TestService;
  let provider: ProviderServer;

  beforeAll(async () => {
    provider = await startProviderServer({ answer: answerTo });
    service = await startTestService({ AGENT_MAX_ATTEMPTS: '3' });
    const settings = {
      base_url: `${provider.url}/v1`,
      pricing: { input_usd_per_mtok: 1000, output_usd_per_mtok: 1000 },
    };
    for (const name of ['writer', 'fair', 'yes', 'no', 'first', 'broken', 'strict-judge', 'mild-judge'])
      await service.post('/api/v1/agents', {
        name,
        adapter: 'openai',
        model: name.replace(/(strict|mild)-judge/, 'fair'),
        settings,
      });
    await service.post('/api/v1/agents', {
      ...{ name: 'embedder', adapter: 'openai', model: 'embedder' },
      settings: { ...settings, embeddings: true },
    });
    await service.post('/api/v1/agents', { name: 'echo', adapter: 'baseline', model: 'random' });
  });
  beforeEach(() => provider.behave({}));
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  let published = 0;
  const publish = async (scorer: object, samples = 1, more: object = {}): Promise<string> => {
    const { status, body } = await service.post('/api/v1/benchmarks', {
      name: `judged-${++published}`,
      scoring: { scorers: [{ type: 'llm_judge', name: 'good', criteria: 'It greets.', ...scorer }] },
      ...more,
      samples: Array.from({ length: samples }, (_, i) => ({
        id: `s${i}`,
        input: 'Greet me.',
        target: 'Good day.',
        metadata: { old: 'Go away.' },
      })),
    });
    expect(status, JSON.stringify(body)).toBe(201);
    return body.name;
  };
  const start = async (scorer: object, run: object = {}, samples = 1): Promise<string> => {
    const benchmark = await publish(scorer, samples);
    const { status, body } = await service.post('/api/v1/runs', { benchmark, agents: ['writer'], ...run });
    expect(status, JSON.stringify(body)).toBe(202);
    return body.id;
  };
  const by = (...agents: string[]) => ({ judges: agents.map((agent) => ({ agent: `${agent}@1` })) });
  const resultsOf = async (id: string): Promise<any[]> =>
    (await service.get(`/api/v1/results?run_id=${id}&limit=100`)).body.items;
  const transcriptOf = async (id: string, sample = 's0'): Promise<any> => {
    const [entry] = (await service.get(`/api/v1/runs/${id}`)).body.entries;
    return (await service.get(`/api/v1/results/${id}/${entry.id}/${sample}/transcript`)).body;
  };
  const until = async (id: string, done: (run: any) => boolean): Promise<any> => {
    for (;;) {
      const { status, body } = await service.get(`/api/v1/runs/${id}`);
      expect(status).toBe(200);
      if (done(body) || body.status === 'failed') return body;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

  it.each([
    ['that it passes', { ...by('fair') }, 1, [1]],
    ['that it fails', { ...by('no') }, 0, [0]],
    [
      'where it stands on a scale',
      { ...by('fair'), verdict: { type: 'scale', min: 1, max: 5 } },
      0.75,
      [0.75],
    ],
    ['that it is better', { ...by('fair'), verdict: { type: 'pairwise', reference: 'old' } }, 1, [1, 1]],
    ['that whatever comes first is', { ...by('first'), verdict: { type: 'pairwise' } }, 0.5, [1, 0]],
  ])('say of an answer %s', async (_, scorer, score, values) => {
    const id = await start(scorer);
    await service.finish(id);
    expect(await resultsOf(id)).toMatchObject([
      { outcome: 'scored', score, scores: { good: { value: score } } },
    ]);
    const { verdicts, explanations } = await transcriptOf(id);
    expect(verdicts.map(({ value }: any) => value)).toEqual(values);
    expect(explanations.good).toMatch(/So it is/);
  });

  it('are shown the answer between tags of a nonce, and held to a schema', async () => {
    const id = await start(by('fair'));
    await service.finish(id);
    const asked = provider.ledger.filter(isJudge).at(-1) as ProviderCall;
    expect(asked.messages[1]?.content).toMatch(/<candidate-(\w{16})>\nHello there.\n<\/candidate-\1>/);
    expect(asked.body).toMatchObject({
      max_tokens: 1024,
      response_format: { json_schema: { schema: { required: ['id', 'explanation', 'pass'] } } },
    });
  });

  it('are a jury in which one may dissent, and cost the run but not the trial', async () => {
    const judges = [{ agent: 'yes@1', weight: 3 }, { agent: 'no@1' }];
    const id = await start({ judges });
    const run = await service.finish(id);
    expect(await resultsOf(id)).toMatchObject([
      { score: 0.75, attempts: 1, input_tokens: 10, output_tokens: 5, cost_usd: 0.015 },
    ]);
    expect(run.entries[0]).toMatchObject({ input_tokens: 210, output_tokens: 105, cost_usd: 0.315 });
    const verdict = {
      scorer: 'good',
      repeat: 1,
      order: null,
      error: null,
      input_tokens: 100,
      cost_usd: 0.15,
    };
    expect((await transcriptOf(id)).verdicts).toEqual([
      {
        ...verdict,
        judge: 'yes@1',
        value: 1,
        explanation: 'So it is.',
        output_tokens: 50,
        latency_ms: expect.any(Number),
      },
      {
        ...verdict,
        judge: 'no@1',
        value: 0,
        explanation: 'So it is.',
        output_tokens: 50,
        latency_ms: expect.any(Number),
      },
    ]);
  });

  it('judge within a set, only what the scorers before them let through', async () => {
    const judged = { type: 'llm_judge', criteria: 'It greets.', ...by('fair') };
    const within = async (value: string) => {
      const scorers = [
        { type: 'contains_any', values: [value] },
        { type: 'not', scorer: judged },
      ];
      const id = await start({ type: 'all_of', criteria: undefined, scorers });
      const run = await service.finish(id);
      const { score } = (await resultsOf(id))[0];
      return { score, verdicts: (await transcriptOf(id)).verdicts, cost_usd: run.entries[0].cost_usd };
    };
    expect(await within('Hello')).toMatchObject({
      ...{ score: 0, cost_usd: 0.165 },
      verdicts: [{ scorer: 'good.1', judge: 'fair@1', value: 1 }],
    });
    expect(await within('Bye')).toEqual({ score: 0, cost_usd: 0.015, verdicts: [] });
  });

  it('count the same where a budget is kept, to which all is given back', async () => {
    const id = await start(
      by('yes', 'no'),
      { max_tokens: 5, max_tokens_total: 100_000, max_cost_usd: 100 },
      5,
    );
    const run = await service.finish(id);
    expect(run).toMatchObject({ status: 'completed', done: 5 });
    expect(run.entries[0]).toMatchObject({
      input_tokens: 5 * 210,
      output_tokens: 5 * 105,
      cost_usd: 5 * 0.315,
    });
  });

  it('give no number where a verdict is malformed', async () => {
    const id = await start(by('broken'));
    const run = await service.finish(id);
    expect(await resultsOf(id)).toMatchObject([
      { outcome: 'unscored', error_code: 'malformed_verdict', score: null, scores: null, cost_usd: 0.015 },
    ]);
    expect(await transcriptOf(id)).toMatchObject({
      output: 'Hello there.',
      verdicts: [
        { judge: 'broken@1', value: null, error: expect.stringMatching(/malformed/), cost_usd: 0.15 },
      ],
    });
    expect(run.entries[0]).toMatchObject({ cost_usd: 0.165 });
  });

  it('may be agents that know no schema', async () => {
    const id = await start(by('echo'));
    expect(await service.finish(id)).toMatchObject({ status: 'completed' });
    expect(await resultsOf(id)).toMatchObject([{ outcome: 'unscored', error_code: 'malformed_verdict' }]);
  });

  it('are asked again where they are rate limited, and the agent is not', async () => {
    let refusals = 2;
    provider.behave((call) =>
      isJudge(call) && refusals-- > 0
        ? {
            reply: {
              status: 429,
              headers: { 'retry-after': '0' },
              body: { error: { message: 'slow down' } },
            },
          }
        : undefined,
    );
    const before = provider.ledger.length;
    const id = await start(by('fair'));
    const run = await service.finish(id);
    expect(await resultsOf(id)).toMatchObject([{ outcome: 'scored', score: 1, attempts: 1 }]);
    expect(provider.ledger.slice(before).map(({ model }) => model)).toEqual([
      'writer',
      'fair',
      'fair',
      'fair',
    ]);
    expect(run.entries[0]).toMatchObject({ cost_usd: 0.165 });
  });

  it('do not make their failure the agent’s', async () => {
    provider.behave((call) =>
      isJudge(call)
        ? { reply: { status: 400, body: { error: { message: 'x', code: 'content_policy_violation' } } } }
        : undefined,
    );
    const id = await start(by('fair'));
    await service.finish(id);
    expect(await resultsOf(id)).toMatchObject([
      { outcome: 'unscored', error_code: 'judge_failed', input_tokens: 10, attempts: 1 },
    ]);
    expect((await transcriptOf(id)).verdicts).toMatchObject([{ value: null, latency_ms: null }]);
  });

  it.each([{}, { max_tokens: 5, max_tokens_total: 100_000 }])(
    'pause the entry where their key is rejected, until it is mended (%j)',
    async (limits) => {
      provider.behave((call) =>
        isJudge(call) ? { reply: { status: 401, body: { error: { message: 'bad key' } } } } : undefined,
      );
      const id = await start(by('fair'), limits);
      const paused = await until(id, ({ status }) => status === 'paused');
      expect(JSON.stringify(paused)).toMatch(/provider_key_rejected.*Judge \\"fair@1\\"/);
      // The answer that could not be judged was paid for.
      expect(paused.entries[0]).toMatchObject({ input_tokens: 10, output_tokens: 5, cost_usd: 0.015 });
      provider.behave({});
      expect(await service.post(`/api/v1/runs/${id}/resume`)).toMatchObject({ status: 200 });
      const run = await service.finish(id);
      expect(await resultsOf(id)).toMatchObject([{ outcome: 'scored', score: 1, attempts: 1 }]);
      expect(run.entries[0]).toMatchObject({ input_tokens: 120, output_tokens: 60, cost_usd: 0.18 });
    },
  );

  it('pause the run where the budget has no room for them, and go on when it has', async () => {
    const id = await start(by('fair'), { max_tokens: 5, max_tokens_total: 500 });
    const paused = await until(id, ({ status }) => status === 'paused');
    expect(JSON.stringify(paused)).toContain('budget_tokens');
    expect(provider.ledger.at(-1)?.model).toBe('writer');
    expect(paused.entries[0]).toMatchObject({ input_tokens: 10, output_tokens: 5 });
    const raised = await service.fetch(`/api/v1/runs/${id}`, 'PATCH', { max_tokens_total: 100_000 });
    expect(raised.status, JSON.stringify(raised.body)).toBe(200);
    await service.post(`/api/v1/runs/${id}/resume`);
    const run = await service.finish(id);
    expect(await resultsOf(id)).toMatchObject([{ outcome: 'scored', score: 1, attempts: 1 }]);
    expect(run.entries[0]).toMatchObject({ input_tokens: 120, output_tokens: 60, cost_usd: 0.18 });
  });

  it('fail the entry where no call of theirs would ever work, and are named', async () => {
    provider.behave((call) =>
      isJudge(call)
        ? { reply: { status: 404, body: { error: { message: 'no such model', code: 'model_not_found' } } } }
        : undefined,
    );
    const run = await service.finish(await start(by('fair')));
    expect(run).toMatchObject({
      status: 'failed',
      entries: [{ error: expect.stringMatching(/^Judge "fair@1": /), input_tokens: 10, cost_usd: 0.015 }],
    });
  });

  it('judge conversations, whose answers count once when the budget stops their judge', async () => {
    const benchmark = await publish(by('fair'), 1, { conversation: { turns: ['And again.'] } });
    const { body } = await service.post('/api/v1/runs', {
      ...{ benchmark, agents: ['writer'], max_tokens: 5, max_tokens_total: 500 },
    });
    const { id } = body;
    const paused = await until(id, ({ status }) => status === 'paused');
    expect(paused.entries[0]).toMatchObject({ input_tokens: 20, output_tokens: 10, cost_usd: 0.03 });
    await service.fetch(`/api/v1/runs/${id}`, 'PATCH', { max_tokens_total: 100_000 });
    await service.post(`/api/v1/runs/${id}/resume`);
    const run = await service.finish(id);
    expect(await resultsOf(id)).toMatchObject([{ score: 1, attempts: 2, input_tokens: 20, cost_usd: 0.03 }]);
    expect(run.entries[0]).toMatchObject({ input_tokens: 140, output_tokens: 70, cost_usd: 0.21 });
    const asked = provider.ledger.at(-1)?.messages[1]?.content;
    expect(asked).toMatch(
      /\[user\]\nGreet me.\n\n\[assistant\]\nHello there.\n\n\[user\]\nAnd again.\n<\/task/,
    );
  });

  it('have to be there before anything is run', async () => {
    const benchmark = await publish(by('nobody'));
    expect(await service.post('/api/v1/runs', { benchmark, agents: ['writer'] })).toMatchObject({
      status: 404,
      body: { code: 'agent_not_found', detail: expect.stringMatching(/"nobody@1"/) },
    });
  });

  describe('by embeddings', () => {
    const near = (more: object = {}) => ({
      ...{ type: 'semantic_similarity', criteria: undefined, agent: 'embedder@1' },
      ...more,
    });

    it('compare the output with the target, whose embedding is asked for once', async () => {
      const from = provider.ledger.length;
      const embedded = () =>
        provider.ledger
          .slice(from)
          .filter(({ protocol }) => protocol === 'embeddings')
          .map(({ messages }) => messages[0]?.content);
      const benchmark = await publish(near(), 1);
      const once = async () => {
        const limits = { max_tokens: 5, max_cost_usd: 100 };
        const { body } = await service.post('/api/v1/runs', { benchmark, agents: ['writer'], ...limits });
        const run = await service.finish(body.id);
        expect(await resultsOf(body.id)).toMatchObject([{ outcome: 'scored', score: 1, cost_usd: 0.015 }]);
        const [verdict] = (await transcriptOf(body.id)).verdicts;
        return { verdict, spent: run.entries[0] };
      };
      const first = await once();
      expect(embedded()).toEqual(['Hello there.', 'Good day.']);
      expect(first.spent).toMatchObject({ input_tokens: 50, cost_usd: 0.055 });
      expect(first.verdict).toMatchObject({
        ...{ scorer: 'good', judge: 'embedder@1', value: 1, cost_usd: 0.04, input_tokens: 40 },
      });
      const second = await once();
      expect(embedded()).toEqual(['Hello there.', 'Good day.', 'Hello there.']);
      expect(second.spent).toMatchObject({ input_tokens: 30, cost_usd: 0.035 });
      expect(second.verdict).toMatchObject({ value: 1, cost_usd: 0.02, input_tokens: 20 });
    });

    it('pause the entry where their key is rejected, and give no number where they fail', async () => {
      provider.behave(({ protocol }) =>
        protocol === 'embeddings'
          ? { reply: { status: 400, body: { error: { message: 'too long' } } } }
          : undefined,
      );
      const failed = await start(near());
      await service.finish(failed);
      expect(await resultsOf(failed)).toMatchObject([
        { outcome: 'unscored', error_code: 'embedding_failed' },
      ]);
      provider.behave(({ protocol }) =>
        protocol === 'embeddings'
          ? { reply: { status: 401, body: { error: { message: 'no' } } } }
          : undefined,
      );
      const id = await start(near());
      await until(id, ({ status }) => status === 'paused');
      provider.behave({});
      await service.post(`/api/v1/runs/${id}/resume`);
      await service.finish(id);
      expect(await resultsOf(id)).toMatchObject([{ outcome: 'scored', score: 1 }]);
    });

    it('are no judges that chat, and the other way round', async () => {
      const chat = await start(near({ agent: 'fair@1' }));
      await service.finish(chat);
      expect(await resultsOf(chat)).toMatchObject([
        { outcome: 'unscored', error_code: 'malformed_embedding' },
      ]);
      const run = await service.finish(await start(by('embedder')));
      expect(run).toMatchObject({
        status: 'failed',
        entries: [{ error: expect.stringMatching(/^Judge "embedder@1": .*embeddings/) }],
      });
    });
  });

  it('work as docs/judges.md shows', async () => {
    const page = await readFile(new URL('../../docs/judges.md', import.meta.url), 'utf8');
    const benchmark = JSON.parse(/```json\n([^]*?)```/.exec(page)?.[1] ?? '');
    expect(await service.post('/api/v1/benchmarks', benchmark)).toMatchObject({ status: 201 });
    const { body } = await service.post('/api/v1/runs', { benchmark: 'support-tone', agents: ['writer'] });
    await service.finish(body.id);
    const values = { polite: { value: 1 }, complete: { value: 0.75 }, better: { value: 1 } };
    expect(await resultsOf(body.id)).toMatchObject([{ outcome: 'scored', scores: values }]);
    const { verdicts } = await transcriptOf(body.id, 'late');
    expect(verdicts.map(({ scorer }: any) => scorer)).toEqual([
      ...['polite', 'polite'],
      ...['complete', 'complete', 'complete'],
      ...['better', 'better'],
    ]);
    expect(verdicts.slice(-2)).toMatchObject([{ order: 'candidate_first' }, { order: 'reference_first' }]);
  });
});
