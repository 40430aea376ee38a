import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderCall, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

interface SampleBody {
  id: string;
  input: string;
  target: string[];
  metadata: { tool_calls: { name: string; arguments: object }[] };
}

const NAME = 'tool-use-v1-seed-5';

describe('tool-use-v1', { timeout: 120_000 }, () => {
  let service: TestService;
  let provider: ProviderServer;
  let samples: SampleBody[] = [];

  /** Makes the calls that a question needs, one an answer, and then gives the answer. */
  function solve({ messages }: ProviderCall, isIdle: boolean) {
    const question = messages.find(({ role }) => role === 'user')?.content ?? '';
    const sample = samples.find(({ input }) => question.startsWith(input));
    const made = messages.filter(({ role }) => role === 'assistant').length;
    const next = sample?.metadata.tool_calls[made];
    if (!next || isIdle) return { text: `ANSWER: ${sample?.target[0]}` };
    return {
      text: '',
      toolCalls: [{ id: `c${made}`, name: next.name, arguments: JSON.stringify(next.arguments) }],
    };
  }

  beforeAll(async () => {
    provider = await startProviderServer({ answer: (asked) => solve(asked, asked.model === 'idle') });
    service = await startTestService({ AGENT_MAX_ATTEMPTS: '1' });
    for (const model of ['solver', 'idle'])
      await service.post('/api/v1/agents', {
        name: model,
        model,
        adapter: 'openai',
        settings: { base_url: `${provider.url}/v1` },
      });
    const edition = await service.post('/api/v1/suites/tool-use-v1/editions', { seed: 5 });
    expect([edition.status, edition.body.name]).toEqual([201, NAME]);
    samples = (await service.get(`/api/v1/benchmarks/${NAME}/versions/1/samples?limit=100`)).body.items;
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  const resultsOf = async (agent: string): Promise<any[]> => {
    const begun = await service.post('/api/v1/runs', { benchmark: NAME, agents: [agent] });
    expect(begun.status, JSON.stringify(begun.body)).toBe(202);
    await service.finish(begun.body.id);
    return (await service.get(`/api/v1/results?run_id=${begun.body.id}&limit=100`)).body.items;
  };

  it('is solved over HTTP by an agent that makes the calls, each of which has a result', async () => {
    const results = await resultsOf('solver');
    expect(results.length).toBe(samples.length);
    expect(results.filter(({ score }) => score !== 1)).toEqual([]);
    const hardest = samples.find(({ metadata }) => metadata.tool_calls.length === 6);
    const { run_id: run, entry_id: entry } = results[0];
    const path = `/api/v1/results/${run}/${entry}/${hardest?.id}/transcript`;
    const { messages } = (await service.get(path)).body;
    const told = messages.filter(({ role }: any) => role === 'tool').map(({ content }: any) => content);
    expect(told.length).toBe(6);
    for (const content of told) expect(JSON.parse(content)).toHaveProperty('celsius');
  });

  it('gives half to one that answers without any', async () => {
    const results = await resultsOf('idle');
    expect([...new Set(results.map(({ score }) => score))]).toEqual([0.5]);
  });
});
