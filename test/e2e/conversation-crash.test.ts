import { expect, it, onTestFinished } from 'vitest';
import { startProviderServer, type ProviderCall } from '#test/support/provider-server';
import { SpawnedService } from '#test/support/spawned-service';

const CONVERSATIONS = 12;
const CALLS = 4;
const IN_FLIGHT = 4;

const answersSoFar = ({ messages }: ProviderCall): number =>
  messages.filter(({ role }) => role === 'assistant').length;
const questionOf = ({ messages }: ProviderCall): string => messages[0]?.content ?? '';
function groupBy(calls: ProviderCall[]): Map<string, ProviderCall[]> {
  const groups = new Map<string, ProviderCall[]>();
  for (const call of calls) groups.set(questionOf(call), [...(groups.get(questionOf(call)) ?? []), call]);
  return groups;
}

it(
  'a conversation whose worker is killed begins anew, and has one result',
  { timeout: 120_000 },
  async () => {
    const provider = await startProviderServer({
      answer: (call) => {
        const id = `c${answersSoFar(call)}`;
        const toolCalls =
          answersSoFar(call) < CALLS - 1 ? [{ id, name: 'count', arguments: '{}' }] : undefined;
        return { text: '42', usage: { input: 10, output: 5 }, ...(toolCalls && { toolCalls }) };
      },
    });
    provider.behave({ delayMs: 100 });
    const service = await SpawnedService.create({ AGENT_CONCURRENCY: String(IN_FLIGHT) });
    onTestFinished(async () => {
      await service.remove();
      await provider.close();
    });
    let client = await service.start();
    await client.post('/api/v1/agents', {
      name: 'counting',
      adapter: 'openai',
      model: 'm',
      settings: { base_url: `${provider.url}/v1`, concurrency: IN_FLIGHT },
    });
    await client.post('/api/v1/benchmarks', {
      name: 'counting',
      scoring: { scorers: [{ type: 'includes' }] },
      conversation: { tools: [{ name: 'count', output: 'one more' }] },
      samples: Array.from({ length: CONVERSATIONS }, (_, i) => ({
        id: `s${i}`,
        input: `q${i}`,
        target: '42',
      })),
    });
    const { body } = await client.post('/api/v1/runs', { benchmark: 'counting', agents: ['counting'] });
    // In the middle: some conversations are over, others have had two of their four calls.
    while (!provider.ledger.slice(CALLS * IN_FLIGHT).some((call) => answersSoFar(call) === 2))
      await new Promise((resolve) => setTimeout(resolve, 5));
    await service.end('SIGKILL');
    const before = provider.ledger.length;
    client = await service.start();
    expect(await client.finish(body.id)).toMatchObject({
      status: 'completed',
      done: CONVERSATIONS,
      entries: [{ summary: { n: CONVERSATIONS, score: 1 } }],
    });
    const { items } = (await client.get(`/api/v1/results?run_id=${body.id}&limit=100`)).body;
    expect(items).toHaveLength(CONVERSATIONS);
    expect(new Set(items.map(({ sample_id }: any) => sample_id)).size).toBe(CONVERSATIONS);
    for (const item of items) expect(item).toMatchObject({ outcome: 'scored', input_tokens: 10 * CALLS });

    // Whoever is asked after the crash is asked from the beginning, and who had ended is not asked again.
    const after = groupBy(provider.ledger.slice(before));
    for (const calls of after.values()) expect(calls.map(answersSoFar)).toEqual([0, 1, 2, 3]);
    expect(after.size).toBeLessThan(CONVERSATIONS);
    expect(provider.ledger.length).toBeLessThanOrEqual((CONVERSATIONS + IN_FLIGHT) * CALLS);
  },
);
