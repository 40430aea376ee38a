import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const page = await readFile(new URL('../../docs/rescoring.md', import.meta.url), 'utf8');
const [benchmark, agent, request, answer] = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text]) =>
  JSON.parse(text as string),
);

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

it('docs/rescoring.md tells what its example comes to', async () => {
  expect((await service.post('/api/v1/benchmarks', benchmark)).status).toBe(201);
  expect((await service.post('/api/v1/agents', agent)).status).toBe(201);
  const run = { benchmark: benchmark.name, agents: [agent.name] };
  const { id } = await service.finish((await service.post('/api/v1/runs', run)).body.id);
  const { status, body } = await service.post(`/api/v1/runs/${id}/score-sets`, request);
  expect(status).toBe(202);
  await service.finish(body.id);
  expect((await service.get(`/api/v1/score-sets/${body.id}`)).body).toMatchObject(answer);
});
