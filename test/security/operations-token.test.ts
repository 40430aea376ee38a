import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '#test/support/postgres';
import { describeWithRedis } from '#test/support/redis';
import { startTestService, type TestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

const TOKEN = 'gZ0p4Yw2nq8HcT5vLr1sBd7k';
const PASSWORD = 'aB3-dE6-gH9-kL2-nP5';

describeWithRedis('what is for operators', ({ url: redisUrl, prefix }) => {
  let service: TestService;
  const env = { REDIS_URL: redisUrl, QUEUE_PREFIX: prefix, OPERATIONS_TOKEN: TOKEN };
  const status = async (url: string, authorization: string): Promise<number> =>
    (await fetch(url, { headers: { authorization }, redirect: 'manual' })).status;

  beforeAll(async () => {
    service = await startTestService({ ...env, QUEUE_BOARD_PASSWORD: PASSWORD });
  });
  afterAll(() => service.close());

  it.each([
    '/metrics',
    '/docs',
    '/docs/',
    '/docs/swagger-ui-init.js',
    '/docs-json',
    '/docs-yaml',
    '/admin/queues',
  ])('%s wants the token', async (path) => {
    const url = `${service.url}${path}`;
    expect(await status(url, '')).toBe(401);
    expect(await status(url, `Bearer ${TOKEN}2`)).toBe(401);
    expect(await status(url, `Basic ${TOKEN}`)).toBe(401);
    expect(await status(url, `Bearer ${TOKEN}`)).toBe(200);
  });

  it('is told as a problem, and concerns nothing else', async () => {
    const refused = await service.get('/metrics');
    expect(refused.headers.get('content-type')).toMatch('application/problem+json');
    expect(refused.body).toMatchObject({ status: 401, detail: expect.stringContaining('OPERATIONS_TOKEN') });
    expect((await service.get('/health')).status).toBe(200);
    expect((await service.get('/api/v1/agents')).status).toBe(200);
    const basic = `Basic ${Buffer.from(`operator:${PASSWORD}`).toString('base64')}`;
    expect(await status(`${service.url}/admin/queues`, basic)).toBe(200);
  });

  it('is so of a worker, too', { timeout: 120_000 }, async () => {
    const database = await createTestDatabase();
    const worker = await SpawnedService.create(
      { ...env, DATABASE_URL: database.url, WORKER_PORT: '0' },
      'worker',
    );
    try {
      const { url } = await worker.start();
      expect(await status(`${url}/metrics`, '')).toBe(401);
      expect(await status(`${url}/metrics`, `Bearer ${TOKEN}`)).toBe(200);
      expect(await status(`${url}/health`, '')).toBe(200);
    } finally {
      await worker.remove();
      await database.drop();
    }
  });
});
