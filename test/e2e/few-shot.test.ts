import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const TEMPLATE = '{% for e in few_shot %}{{ e.input }}={{ e.target }};{% endfor %}{{ input }}=';
const train = Array.from({ length: 10 }, (_, i) => ({
  id: `t${i}`,
  input: `${i}`,
  target: `${i}`,
  split: 'train',
}));
const tests = Array.from({ length: 6 }, (_, i) => ({
  id: `q${i}`,
  input: `q${i}`,
  target: '1',
  split: 'test',
}));

const benchmark = (name: string, few_shot: object, change: object = {}) => ({
  name,
  prompt: { messages: [{ role: 'user', content: TEMPLATE }], few_shot },
  scoring: { scorers: [{ type: 'exact' }] },
  split: 'test',
  samples: [...train, ...tests],
  ...change,
});

/** Inputs of the examples of a prompt. */
const examplesIn = (content: string): string[] =>
  content
    .split(';')
    .slice(0, -1)
    .map((text) => text.split('=')[0]!);

describe('few-shot examples of a split', () => {
  let service: TestService;
  let provider: ProviderServer;
  const asked: string[] = [];

  beforeAll(async () => {
    provider = await startProviderServer({
      answer: ({ messages }) => {
        asked.push(messages.at(-1)?.content ?? '');
        return '1';
      },
    });
    service = await startTestService();
    await service.post('/api/v1/agents', {
      name: 'local',
      adapter: 'openai',
      model: 'loopback',
      settings: { base_url: `${provider.url}/v1` },
    });
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
  });

  const run = async (name: string, epochs = 1): Promise<string[]> => {
    asked.length = 0;
    const started = await service.post('/api/v1/runs', { benchmark: name, agents: ['local'], epochs });
    expect(await service.finish(started.body.id)).toMatchObject({ status: 'completed' });
    return [...asked].sort();
  };

  it('are the same in every prompt of a run, and those that a dry run shows', async () => {
    const body = benchmark('fixed', { split: 'train', count: 3, seed: 7 });
    const { body: rehearsed } = await service.post('/api/v1/benchmarks?dry_run=true', body);
    expect((await service.post('/api/v1/benchmarks', body)).status).toBe(201);
    const prompts = await run('fixed', 2);
    expect(prompts).toHaveLength(12);
    const [first = []] = prompts.map(examplesIn);
    expect(new Set(first).size).toBe(3);
    expect(prompts.every((prompt) => examplesIn(prompt).join() === first.join())).toBe(true);
    for (const { messages } of rehearsed.prompts) expect(prompts).toContain(messages[0].content);
    const other = await service.post(
      '/api/v1/benchmarks?dry_run=true',
      benchmark('fixed', { split: 'train', count: 3, seed: 8 }),
    );
    expect(examplesIn(other.body.prompts[0].messages[0].content)).not.toEqual(first);
  });

  it('do not depend on the order of the samples', async () => {
    const few = { split: 'train', count: 3, seed: 7 };
    const prompts = await Promise.all(
      [train, train.toReversed()].map(async (rows) => {
        const body = benchmark('ordered', few, { samples: [...tests, ...rows] });
        return (await service.post('/api/v1/benchmarks?dry_run=true', body)).body.prompts;
      }),
    );
    expect(prompts[0]).toEqual(prompts[1]);
  });

  it('are others for each sample where that is asked for, and the same in each of its epochs', async () => {
    await service.post(
      '/api/v1/benchmarks',
      benchmark('own', { split: 'train', count: 2, per_sample: true }),
    );
    const prompts = await run('own', 2);
    expect(prompts).toHaveLength(12);
    expect(new Set(prompts).size).toBe(6);
    expect(new Set(prompts.map((prompt) => examplesIn(prompt).join())).size).toBeGreaterThan(1);
  });

  it('of the split that is scored never show a sample itself', async () => {
    const body = benchmark('self', { split: 'train', count: 9 }, { split: undefined, samples: train });
    expect((await service.post('/api/v1/benchmarks', body)).status).toBe(201);
    for (const prompt of await run('self')) {
      const shown = examplesIn(prompt);
      expect(shown).toHaveLength(9);
      expect(shown).not.toContain(prompt.split(';').at(-1)?.slice(0, -1));
    }
  });

  it.each([
    ['more than the split has', { split: 'train', count: 11 }, {}, /has 10 samples.*count 11 needs 11/],
    ['a split without samples', { split: 'dev', count: 1 }, {}, /"dev" has 0 samples/],
    [
      'all of a split that is scored',
      { split: 'train', count: 10 },
      { split: undefined, samples: train },
      /needs 11, since no sample is shown itself/,
    ],
    [
      'samples with the same input as several examples',
      { split: 'train', count: 2 },
      { samples: [...tests, ...train.map((sample) => ({ ...sample, input: 'same' }))] },
      /has 1 samples with different inputs/,
    ],
  ])('are refused for %s', async (_what, few_shot, change, detail) => {
    const { status, body } = await service.post('/api/v1/benchmarks', benchmark('small', few_shot, change));
    expect([status, body.code]).toEqual([422, 'few_shot_split_too_small']);
    expect(body.detail).toMatch(detail);
    expect((await service.get('/api/v1/benchmarks/small')).status).toBe(404);
  });

  it('are checked with the templates once they are known', async () => {
    const content = '{{ few_shot[0].metadata.why }} {{ input }}';
    const body = (rows: object[]) =>
      benchmark(
        'indexed',
        {},
        {
          prompt: { messages: [{ role: 'user', content }], few_shot: { split: 'train', count: 1 } },
          samples: [...tests, ...rows],
        },
      );
    const refused = await service.post('/api/v1/benchmarks', body(train));
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'invalid_samples', bad_samples: 6, good_samples: 10 },
    });
    expect(refused.body.errors[0].message).toContain('reads few_shot.0.metadata.why, which sample q0 lacks');
    const explained = train.map((sample) => ({ ...sample, metadata: { why: 'so' } }));
    expect((await service.post('/api/v1/benchmarks', body(explained))).status).toBe(201);
  });
});
