import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

describe('tools that compute', () => {
  let service: TestService;
  let provider: ProviderServer;
  /** What the agent calls with each answer, before it says that it is done. */
  let plan: Record<string, unknown>[][];

  beforeAll(async () => {
    provider = await startProviderServer({
      answer: ({ messages }) => {
        const calls = plan[messages.filter(({ role }) => role === 'assistant').length];
        return calls
          ? {
              text: '',
              toolCalls: calls.map(({ tool = 'transfer', ...args }, i) => ({
                id: `c${i}`,
                name: tool as string,
                arguments: JSON.stringify(args),
              })),
            }
          : { text: 'Done.' };
      },
    });
    service = await startTestService();
    const settings = { base_url: `${provider.url}/v1` };
    await service.post('/api/v1/agents', { name: 'clerk', model: 'm', adapter: 'openai', settings });
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  const page = async (): Promise<any> => {
    const text = await readFile(new URL('../../docs/agentic-samples.md', import.meta.url), 'utf8');
    return JSON.parse([...text.matchAll(/```json\n([^]*?)```/g)][1]?.[1] ?? '');
  };
  const runOf = async (benchmark: any, config: object = {}) => {
    const published = await service.post('/api/v1/benchmarks', benchmark);
    expect(published.status, JSON.stringify(published.body)).toBeLessThan(300);
    const begun = await service.post('/api/v1/runs', {
      benchmark: benchmark.name,
      agents: ['clerk'],
      ...config,
    });
    expect(begun.status, JSON.stringify(begun.body)).toBe(202);
    const run = await service.finish(begun.body.id);
    const results = (await service.get(`/api/v1/results?run_id=${run.id}&limit=100`)).body.items;
    const [entry] = run.entries;
    const { body: transcript } = await service.get(
      `/api/v1/results/${run.id}/${entry.id}/${results[0].sample_id}/transcript`,
    );
    return { results, transcript };
  };

  it('play an account, whose last state is judged, as docs/agentic-samples.md shows', async () => {
    plan = [
      [
        { from: 'ann', to: 'bob', amount: 10 },
        { from: 'ann', to: 'bob', amount: 200 },
      ],
      [{ from: 'ann', to: 'bob', amount: 20 }],
    ];
    const { results, transcript } = await runOf(await page());
    expect(results).toMatchObject([{ outcome: 'scored', score: 1 }]);
    expect(transcript.state).toEqual({ balances: { ann: 70, bob: 50 } });
    expect(transcript.messages.filter(({ role }: any) => role === 'tool')).toMatchObject([
      { content: '{"ann":90,"bob":30}' },
      { content: 'Error: Error: ann has 90.', error: true },
      { content: '{"ann":70,"bob":50}' },
    ]);
  });

  it('begin every trial with the state of its sample', async () => {
    plan = [[{ from: 'ann', to: 'bob', amount: 30 }]];
    const benchmark = await page();
    const poor = { id: 'poor', metadata: { state: { balances: { ann: 5, bob: 0 } } } };
    benchmark.samples.push({ ...benchmark.samples[0], ...poor });
    const { results } = await runOf(benchmark, { epochs: 3 });
    const scores = (id: string) =>
      results.filter((one: any) => one.sample_id === id).map((one: any) => one.score);
    expect([scores('rent'), scores('poor')]).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
  });

  it('that are no function are not the fault of the agent', async () => {
    plan = [[{ tool: 'odd' }]];
    const benchmark = await page();
    benchmark.conversation.tools.push({ name: 'odd', javascript: '42' });
    const { results, transcript } = await runOf(benchmark);
    expect(results).toMatchObject([{ outcome: 'infra_error', error_code: 'tool_broken', score: null }]);
    expect(transcript.error).toContain('no function');
  });

  it('leave a trial without any of them unscored, where their state is to be judged', async () => {
    plan = [];
    const benchmark = await page();
    benchmark.conversation = { tools: [{ name: 'transfer', output: 'done' }] };
    const { results, transcript } = await runOf(benchmark);
    expect(results).toMatchObject([{ outcome: 'unscored', error_code: 'no_state' }]);
    expect(transcript.state).toBeNull();
  });

  it('have to compile when the benchmark is stored, of the benchmark and of samples', async () => {
    const benchmark = await page();
    benchmark.conversation.tools[0].javascript = '({ from }) => {';
    expect(await service.post('/api/v1/benchmarks', benchmark)).toMatchObject({
      status: 422,
      body: {
        code: 'invalid_tool',
        detail: expect.stringMatching(/"transfer" does not compile: SyntaxError/),
      },
    });
    const sampled = await page();
    sampled.samples[0].metadata = { tools: [{ name: 'x', javascript: 'return 1' }] };
    expect(await service.post('/api/v1/benchmarks', sampled)).toMatchObject({
      status: 422,
      body: {
        code: 'invalid_samples',
        errors: [{ sample_id: 'rent', message: expect.stringContaining('"x"') }],
      },
    });
  });
});
