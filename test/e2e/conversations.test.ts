import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderCall, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const PNG = 'iVBORw0KGgo=';
const call = (id: string, name: string, args: unknown) => ({
  id,
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
});

/** What the agent does, by the question: its answers in order, each with 10 tokens in and 5 out. */
type Plan = { text?: string; toolCalls?: ReturnType<typeof call>[] }[];
const plans: Record<string, Plan> = {
  chain: [
    { text: 'Looking.', toolCalls: [call('c1', 'find', { who: 'Ann' })] },
    { toolCalls: [call('c2', 'age', { id: 7, verbose: true })] },
    { text: '42' },
  ],
  parallel: [
    { toolCalls: [call('c1', 'find', { who: 'Ann' }), call('c2', 'age', { id: 7 })] },
    { text: '42' },
  ],
  clumsy: [
    { toolCalls: [call('c1', 'seek', {}), call('c2', 'age', '{"id":'), call('c3', 'age', [7])] },
    { toolCalls: [call('c4', 'find', { who: 'Zoe' })] },
    { text: '42' },
  ],
  endless: Array.from({ length: 100 }, (_, i) => ({
    text: i === 1 ? '42, I think.' : '',
    toolCalls: [call(`c${i}`, 'find', { who: 'Ann' })],
  })),
  talk: [{ text: 'Hello.' }, { text: 'Yes.' }, { text: '42' }],
};

const tools = [
  {
    name: 'find',
    description: 'Finds a person.',
    parameters: { type: 'object', properties: { who: { type: 'string' } } },
    results: [{ match: { who: 'Ann' }, output: 'id 7' }],
  },
  { name: 'age', results: [{ match: { id: 7 }, output: { years: 42 } }] },
];

const questionOf = ({ messages }: ProviderCall): string =>
  messages.find(({ role }) => role === 'user')?.content ?? '';
const answersSoFar = ({ messages }: ProviderCall): number =>
  messages.filter(({ role }) => role === 'assistant').length;

/** What the simulated user says to each answer; its greeting is answered by the sample's input. */
const userSays = (asked: ProviderCall): string =>
  ['Are you sure?', 'How much is it, then?'][answersSoFar(asked) - 1] ?? 'Thanks. [DONE]';

describe('conversations', { timeout: 60_000 }, () => {
  let service: TestService;
  let provider: ProviderServer;

  beforeAll(async () => {
    provider = await startProviderServer({
      answer: (asked) => {
        if (asked.model === 'person') return { text: userSays(asked), usage: { input: 100, output: 50 } };
        const step = plans[questionOf(asked)]?.[answersSoFar(asked)];
        return { text: step ? '' : '42', usage: { input: 10, output: 5 }, ...step };
      },
    });
    service = await startTestService({ AGENT_MAX_ATTEMPTS: '3' });
    const pricing = { input_usd_per_mtok: 1000, output_usd_per_mtok: 1000 };
    const agents = [
      { name: 'chat', adapter: 'openai', settings: { base_url: `${provider.url}/v1`, pricing } },
      {
        name: 'responses',
        adapter: 'openai',
        settings: { base_url: `${provider.url}/v1`, api: 'responses', pricing },
      },
      { name: 'messages', adapter: 'anthropic', settings: { base_url: provider.url, pricing } },
      {
        name: 'person',
        model: 'person',
        adapter: 'openai',
        settings: { base_url: `${provider.url}/v1`, pricing },
      },
      { name: 'unpriced', adapter: 'openai', settings: { base_url: `${provider.url}/v1` } },
    ];
    for (const agent of agents) await service.post('/api/v1/agents', { model: 'm', ...agent });
    await service.post('/api/v1/agents', { name: 'random', adapter: 'baseline', model: 'random' });
  });
  beforeEach(() => provider.behave({}));
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  let published = 0;
  const publish = (conversation: object, samples: object[]) =>
    service.post('/api/v1/benchmarks', {
      name: `talk-${++published}`,
      scoring: { scorers: [{ type: 'includes' }] },
      conversation,
      samples: samples.map((sample, i) => ({ id: `s${i}`, target: '42', ...sample })),
    });
  const start = async (conversation: object, samples: object[], run: object = {}): Promise<string> => {
    const { status, body } = await publish(conversation, samples);
    expect(status, JSON.stringify(body)).toBe(201);
    const begun = await service.post('/api/v1/runs', { benchmark: body.name, agents: ['chat'], ...run });
    expect(begun.status, JSON.stringify(begun.body)).toBe(202);
    return begun.body.id;
  };
  const resultsOf = async (id: string): Promise<any[]> =>
    (await service.get(`/api/v1/results?run_id=${id}&limit=100`)).body.items;
  const transcriptOf = async (id: string, sample = 's0'): Promise<any> => {
    const [entry] = (await service.get(`/api/v1/runs/${id}`)).body.entries;
    return (await service.get(`/api/v1/results/${id}/${entry.id}/${sample}/transcript`)).body;
  };

  it.each(['chat', 'responses', 'messages'])(
    'let an agent use tools, one after the other (%s)',
    async (agent) => {
      const id = await start({ tools }, [{ input: 'chain' }], { agents: [agent] });
      await service.finish(id);
      const [result] = await resultsOf(id);
      expect(result).toMatchObject({
        outcome: 'scored',
        score: 1,
        attempts: 3,
        input_tokens: 30,
        output_tokens: 15,
        cost_usd: 0.045,
      });
      const transcript = await transcriptOf(id);
      expect(transcript).toMatchObject({
        output: '42',
        finish_reason: 'stop',
        messages: [
          { role: 'user', content: 'chain' },
          { role: 'assistant', content: 'Looking.', calls: [{ id: 'c1', name: 'find' }] },
          { role: 'tool', id: 'c1', name: 'find', content: 'id 7' },
          { role: 'assistant', content: '', calls: [{ id: 'c2', name: 'age' }] },
          { role: 'tool', id: 'c2', name: 'age', content: '{"years":42}' },
        ],
        tool_calls: [
          { id: 'c1', name: 'find', arguments: '{"who":"Ann"}' },
          { id: 'c2', name: 'age', arguments: '{"id":7,"verbose":true}' },
        ],
      });
      const step = { input_tokens: 10, output_tokens: 5, cost_usd: 0.015, attempts: 1 };
      expect(transcript.steps).toMatchObject([
        { ...step, message: 1, finish_reason: 'tool_calls' },
        { ...step, message: 3, finish_reason: 'tool_calls' },
        { ...step, message: 5, finish_reason: 'stop', raw_id: 'loopback-1' },
      ]);
      const latency = transcript.steps.reduce((sum: number, { latency_ms }: any) => sum + latency_ms, 0);
      expect(result.latency_ms).toBeCloseTo(latency, 1);
      expect(result.ttft_ms).toBeCloseTo(transcript.steps[0].ttft_ms, 1);
    },
  );

  it('carry out calls that come together, in their order', async () => {
    const id = await start({ tools }, [{ input: 'parallel' }]);
    await service.finish(id);
    expect(await transcriptOf(id)).toMatchObject({
      output: '42',
      messages: [
        { role: 'user' },
        { role: 'assistant', calls: [{ id: 'c1' }, { id: 'c2' }] },
        { role: 'tool', id: 'c1', content: 'id 7' },
        { role: 'tool', id: 'c2', content: '{"years":42}' },
      ],
    });
  });

  it('tell an agent what was wrong with its calls, and let it try again', async () => {
    const id = await start({ tools }, [{ input: 'clumsy' }]);
    await service.finish(id);
    const { messages, output } = await transcriptOf(id);
    expect(messages.filter(({ role }: any) => role === 'tool')).toEqual([
      {
        role: 'tool',
        id: 'c1',
        name: 'seek',
        error: true,
        content: 'Error: There is no tool "seek". Tools: find, age.',
      },
      expect.objectContaining({
        id: 'c2',
        error: true,
        content: expect.stringMatching(/^Error: .* not JSON/),
      }),
      {
        role: 'tool',
        id: 'c3',
        name: 'age',
        error: true,
        content: 'Error: The arguments must be a JSON object.',
      },
      expect.objectContaining({
        id: 'c4',
        error: true,
        content: expect.stringMatching(/no result for these/),
      }),
    ]);
    expect(output).toBe('42');
  });

  it.each([
    ['max_turns', { max_turns: 4 }, 4],
    ['max_tokens', { max_tokens: 40 }, 3],
    ['max_cost_usd', { max_cost_usd: 0.03 }, 2],
    ['max_seconds', { max_seconds: 0.000001 }, 1],
  ])('end at %s, are scored by the last words, and say why', async (limit, limits, answers) => {
    const before = provider.ledger.length;
    const id = await start({ tools, limits }, [{ input: 'endless' }]);
    await service.finish(id);
    expect(provider.ledger.length - before).toBe(answers);
    const words = answers > 1 ? '42, I think.' : '';
    expect(await transcriptOf(id)).toMatchObject({ output: words, finish_reason: limit });
    expect(await resultsOf(id)).toMatchObject([{ outcome: 'scored', score: answers > 1 ? 1 : 0 }]);
  });

  it('fail an entry whose cost would have a limit and is not known', async () => {
    const id = await start({ tools, limits: { max_cost_usd: 1 } }, [{ input: 'chain' }], {
      agents: ['unpriced'],
    });
    expect(await service.finish(id)).toMatchObject({
      status: 'failed',
      entries: [{ error_code: 'conversation_limit_unknown' }],
    });
  });

  it("let the user go on, by the benchmark's turns or the sample's", async () => {
    const id = await start({ turns: ['Sure?', 'How much?'] }, [
      { input: 'talk' },
      { input: 'talk', metadata: { turns: ['Really?', 'Then say it.'] } },
    ]);
    await service.finish(id);
    const said = async (sample: string) =>
      (await transcriptOf(id, sample)).messages.map((m: any) => m.content);
    expect(await said('s0')).toEqual(['talk', 'Hello.', 'Sure?', 'Yes.', 'How much?']);
    expect(await said('s1')).toEqual(['talk', 'Hello.', 'Really?', 'Yes.', 'Then say it.']);
    expect(await resultsOf(id)).toMatchObject([{ score: 1 }, { score: 1 }]);
  });

  describe('with a simulated user', () => {
    const user = { agent: 'person@1', instructions: 'You are in a hurry.', max_tokens: 50 };
    const begin = (run: object = {}) =>
      start({ user }, [{ input: 'talk', metadata: { user: 'You want shoes.' } }], run);

    it('let another agent speak for it, until it is done', async () => {
      const before = provider.ledger.length;
      const id = await begin();
      const run = await service.finish(id);
      const transcript = await transcriptOf(id);
      expect(transcript.messages.map(({ content }: any) => content)).toEqual([
        'talk',
        'Hello.',
        'Are you sure?',
        'Yes.',
        'How much is it, then?',
      ]);
      expect(transcript).toMatchObject({ output: '42', finish_reason: 'stop' });
      const asked = provider.ledger.slice(before).filter(({ model }) => model === 'person');
      expect(asked[1]).toMatchObject({
        body: { max_tokens: 50 },
        messages: [
          { role: 'system', content: expect.stringMatching(/^You are in a hurry.\n\nYou want shoes./) },
          { role: 'user' },
          { role: 'assistant', content: 'talk' },
          { role: 'user', content: 'Hello.' },
          { role: 'assistant', content: 'Are you sure?' },
          { role: 'user', content: 'Yes.' },
        ],
      });
      expect(transcript.steps.map(({ by, input_tokens }: any) => [by, input_tokens])).toEqual([
        ['agent', 10],
        ['user', 100],
        ['agent', 10],
        ['user', 100],
        ['agent', 10],
        ['user', 100],
      ]);
      // The trial is the agent's; what its user costs is the run's.
      expect(await resultsOf(id)).toMatchObject([
        { score: 1, input_tokens: 30, attempts: 3, cost_usd: 0.045 },
      ]);
      expect(run.entries[0]).toMatchObject({ input_tokens: 330, output_tokens: 165 });
    });

    it('count the same where a budget is kept', async () => {
      const run = await service.finish(
        await begin({ max_tokens: 5, max_tokens_total: 5000, max_cost_usd: 5 }),
      );
      expect(run).toMatchObject({ status: 'completed', done: 1 });
      expect(run.entries[0]).toMatchObject({ input_tokens: 330, output_tokens: 165, cost_usd: 0.495 });
    });

    it('do not blame the agent for what its user cannot do', async () => {
      provider.behave(({ model }) =>
        model === 'person'
          ? { reply: { status: 400, body: { error: { message: 'x', code: 'content_policy_violation' } } } }
          : undefined,
      );
      const id = await begin();
      await service.finish(id);
      expect(await resultsOf(id)).toMatchObject([
        { outcome: 'infra_error', error_code: 'simulated_user_failed', input_tokens: 10 },
      ]);
    });

    it('need one that there is, before anything is run', async () => {
      const { body } = await publish({ user: { ...user, agent: 'nobody@1' } }, [{ input: 'talk' }]);
      expect(await service.post('/api/v1/runs', { benchmark: body.name, agents: ['chat'] })).toMatchObject({
        status: 404,
        body: { code: 'agent_not_found' },
      });
    });
  });

  it('show images, and keep only by which bytes the agent was asked', async () => {
    const id = await start({}, [{ input: 'What is it?', metadata: { images: [PNG] } }]);
    await service.finish(id);
    expect(provider.ledger.at(-1)?.body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
        ],
      },
    ]);
    // sha256sum of the eight bytes of a PNG's signature
    const digest = '4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6';
    expect((await transcriptOf(id)).messages[0].content[1].image).toBe(`image/png sha256:${digest}`);
  });

  it('retry a call of theirs, not themselves', async () => {
    const failing = new Set<number>([1]);
    provider.behave((asked) =>
      failing.delete(answersSoFar(asked)) ? { reply: { status: 500, body: 'oops' } } : undefined,
    );
    const id = await start({ tools }, [{ input: 'chain' }]);
    await service.finish(id);
    expect(await resultsOf(id)).toMatchObject([{ outcome: 'scored', score: 1, attempts: 4 }]);
    expect((await transcriptOf(id)).steps).toMatchObject([{ attempts: 1 }, { attempts: 2 }, { attempts: 1 }]);
  });

  it('keep what there was where a call fails for good', async () => {
    provider.behave((asked) =>
      answersSoFar(asked) === 2
        ? { reply: { status: 400, body: { error: { message: 'x', code: 'context_length_exceeded' } } } }
        : undefined,
    );
    const id = await start({ tools }, [{ input: 'chain' }]);
    const run = await service.finish(id);
    expect(await resultsOf(id)).toMatchObject([
      {
        outcome: 'agent_error',
        error_code: 'context_too_long',
        input_tokens: 20,
        output_tokens: 10,
        score: null,
      },
    ]);
    expect(await transcriptOf(id)).toMatchObject({
      output: null,
      finish_reason: null,
      messages: { length: 5 },
      steps: { length: 2 },
      tool_calls: { length: 2 },
    });
    expect(run.entries[0]).toMatchObject({
      input_tokens: 20,
      summary: { outcomes: { agent_error: 1 }, tokens_per_trial: null },
    });
  });

  it('leave nothing behind when the run is cancelled in the middle', async () => {
    provider.behave((asked) => (answersSoFar(asked) === 1 ? { delayMs: 5000 } : undefined));
    const before = provider.ledger.length;
    const id = await start({ tools }, [{ input: 'chain' }]);
    while (provider.ledger.length - before < 2) await sleep(10);
    await service.post(`/api/v1/runs/${id}/cancel`);
    expect(await service.finish(id)).toMatchObject({ status: 'cancelled', done: 0 });
    await sleep(1500); // the lease is lost at the next heartbeat, which aborts the call
    expect(provider.ledger.length - before).toBe(2);
    expect(await resultsOf(id)).toEqual([]);
  });

  it('begin anew after an interruption, and what they had used counts', async () => {
    const asked = new Set<string>();
    provider.behave((one) => {
      const first = answersSoFar(one) === 2 && !asked.has(questionOf(one));
      if (first) asked.add(questionOf(one));
      return first ? { reply: { status: 429, headers: { 'retry-after': '6' }, body: 'slow' } } : undefined;
    });
    const before = provider.ledger.length;
    const id = await start({ tools }, [{ input: 'chain' }]);
    const run = await service.finish(id);
    expect(provider.ledger.slice(before).map(answersSoFar)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(await resultsOf(id)).toMatchObject([{ outcome: 'scored', attempts: 4, input_tokens: 30 }]);
    expect(run.entries[0]).toMatchObject({ input_tokens: 50, output_tokens: 25 });
  });

  it('never use more than the budget of their run, however many wait for room, and end', async () => {
    const samples = Array.from({ length: 12 }, () => ({ input: 'chain' }));
    // Room for two or three calls at a time: whoever kept what it had reserved would keep the others out for ever.
    const id = await start({ tools }, samples, { max_tokens: 5, max_tokens_total: 1800, concurrency: 12 });
    const run = await service.finish(id);
    expect(run).toMatchObject({ status: 'completed', done: 12 });
    const dataSource = service.app.get<any>((await import('typeorm')).DataSource);
    const [entry] = await dataSource.query(
      'SELECT input_tokens::int AS input, output_tokens::int AS output, cost_usd::float AS usd FROM run_entries WHERE run_id = $1',
      [id],
    );
    expect(entry).toEqual({ input: 360, output: 180, usd: expect.closeTo(0.54, 6) });
    const [shards] = await dataSource.query(
      'SELECT sum(reserved_tokens)::int AS tokens FROM shards WHERE run_id = $1',
      [id],
    );
    expect(shards.tokens).toBe(0);
  });

  it('pause their run where its budget has no room for the next call', async () => {
    const id = await start({ tools }, [{ input: 'endless' }], { max_tokens: 5, max_tokens_total: 400 });
    let run: any;
    do run = (await service.get(`/api/v1/runs/${id}`)).body;
    while (run.status !== 'paused');
    expect(run.pause).toMatchObject({ code: 'budget_tokens' });
    const made = provider.ledger.filter((one) => questionOf(one) === 'endless').length;
    expect(made).toBeGreaterThan(1);
    await service.post(`/api/v1/runs/${id}/cancel`);
  });

  it('refuse agents that cannot call tools', async () => {
    const id = await start({ tools }, [{ input: 'chain' }], { agents: ['random'] });
    expect(await service.finish(id)).toMatchObject({
      status: 'failed',
      entries: [{ error_code: 'tools_not_supported', error: expect.stringContaining('"baseline"') }],
    });
  });

  it('are refused where a sample says what makes no sense', async () => {
    const { status, body } = await publish({ limits: { max_turns: 2 } }, [
      { input: 'a', metadata: { tools: [{ name: 'no result' }] } },
      { input: 'b', metadata: { images: ['https://example.com/a.png'] } },
      { input: 'c', metadata: { turns: ['1', '2'] } },
    ]);
    expect(status).toBe(422);
    expect(body.errors.map(({ message }: any) => message).join('\n')).toMatch(
      /metadata.tools.0.name: letters.*[^]*metadata.images.0: must be a PNG[^]*takes max_turns of 3/,
    );
  });

  it('ask for an answer by the schema of the benchmark', async () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } } };
    await service.post('/api/v1/benchmarks', {
      name: 'schema',
      scoring: { scorers: [{ type: 'includes' }] },
      response_schema: schema,
      // Without a conversation, metadata is nothing but that.
      samples: [{ id: 's0', input: 'n?', target: '42', metadata: { tools: 'hammer', turns: ['And?'] } }],
    });
    const { body } = await service.post('/api/v1/runs', { benchmark: 'schema', agents: ['chat'] });
    await service.finish(body.id);
    expect(provider.ledger.at(-1)?.body.response_format).toMatchObject({ json_schema: { schema } });
    expect((await transcriptOf(body.id)).steps).toBeNull();
  });

  it('work as docs/agentic-samples.md shows', async () => {
    const page = await readFile(new URL('../../docs/agentic-samples.md', import.meta.url), 'utf8');
    const benchmark = JSON.parse(/```json\n([^]*?)```/.exec(page)?.[1] ?? '');
    plans['Which is warmer today, Oslo or Rome?'] = [
      { toolCalls: [call('c1', 'weather', { city: 'Oslo' }), call('c2', 'weather', { city: 'Rome' })] },
      { text: 'Rome.' },
    ];
    plans['Find me a train from Oslo to Bergen.'] = [
      { toolCalls: [call('c1', 'trains', { from: 'Oslo', to: 'Bergen' })] },
      { text: 'There is one at 08:25.' },
      { text: 'Then 14:05.' },
    ];
    expect(await service.post('/api/v1/benchmarks', benchmark)).toMatchObject({ status: 201 });
    const { body } = await service.post('/api/v1/runs', { benchmark: 'travel-desk', agents: ['chat'] });
    await service.finish(body.id);
    expect(await resultsOf(body.id)).toMatchObject([{ score: 1 }, { score: 1 }]);
    expect((await transcriptOf(body.id, 'warmer')).messages.slice(2)).toMatchObject([
      { content: '{"sky":"rain","celsius":4}' },
      { content: '{"sky":"sun","celsius":21}' },
    ]);
    expect((await transcriptOf(body.id, 'book-it')).messages.map((m: any) => m.role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
  });
});
