import { afterAll, beforeAll, expect, it } from 'vitest';
import { ifevalSample } from '#libs/benchmarks';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const ROWS = [
  {
    key: 1,
    prompt: 'Write about tea. Do not use any commas.',
    instruction_id_list: ['punctuation:no_comma', 'length_constraints:number_words'],
    kwargs: [{}, { relation: 'less than', num_words: 10 }],
  },
  {
    key: 2,
    prompt: 'Write about tea as JSON.',
    instruction_id_list: ['detectable_format:json_format'],
    kwargs: [{}],
  },
];

let service: TestService;
let provider: ProviderServer;

beforeAll(async () => {
  provider = await startProviderServer({ answer: () => ({ text: 'Tea is hot, and it is green.' }) });
  service = await startTestService();
});
afterAll(async () => {
  await service.close();
  await provider.close();
});

it('scores rows of IFEval by their own constraints', { timeout: 60_000 }, async () => {
  const settings = { base_url: `${provider.url}/v1` };
  await service.post('/api/v1/agents', { name: 'writer', model: 'm', adapter: 'openai', settings });
  const published = await service.post('/api/v1/benchmarks', {
    name: 'ifeval',
    scoring: { scorers: [{ type: 'constraints' }] },
    samples: ROWS.map(ifevalSample),
  });
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  const { body: run } = await service.post('/api/v1/runs', { benchmark: 'ifeval', agents: ['writer'] });
  await service.finish(run.id);
  const results = (await service.get(`/api/v1/results?run_id=${run.id}`)).body.items;
  const scores = results.map(({ sample_id, score }: any) => [sample_id, score]);
  expect(scores.sort()).toEqual([
    ['1', 0.5],
    ['2', 0],
  ]);
  const bad = { id: '3', input: 'x', target: '-', metadata: { constraints: [{ type: 'word_count' }] } };
  const refused = await service.post('/api/v1/benchmarks', {
    name: 'bad',
    scoring: { scorers: [{ type: 'constraints' }] },
    samples: [bad],
  });
  expect(refused.status).toBe(422);
  expect(JSON.stringify(refused.body)).toContain('Give at_least, at_most or exactly.');
});
