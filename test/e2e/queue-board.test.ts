import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newId } from '#libs/common';
import { RunQueue, shardJob } from '#libs/queue';
import { createTestDatabase } from '#test/support/postgres';
import { describeWithRedis } from '#test/support/redis';
import { startTestService, type TestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

const PASSWORD = 'correct horse: bättery';

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;
const operator = basic(`operator:${PASSWORD}`);

/** A standalone service of a process and a database of its own, not started yet. */
async function spawn(env: Record<string, string>): Promise<SpawnedService> {
  const database = await createTestDatabase();
  const service = await SpawnedService.create({ DATABASE_URL: database.url, ...env });
  onTestFinished(async () => {
    await service.remove();
    await database.drop();
  });
  return service;
}

describeWithRedis('the page about the queue', ({ url: redisUrl, prefix }) => {
  let service: TestService;
  const call = (path = '', method = 'GET', authorization = operator): Promise<Response> =>
    fetch(`${service.url}/admin/queues${path}`, { method, headers: { authorization } });

  beforeAll(async () => {
    service = await startTestService({
      REDIS_URL: redisUrl,
      QUEUE_PREFIX: prefix,
      QUEUE_BOARD_PASSWORD: PASSWORD,
    });
  });
  afterAll(() => service.close());

  it('does not exist unless there is a password', { timeout: 60_000 }, async () => {
    const closed = await spawn({ REDIS_URL: redisUrl, QUEUE_PREFIX: prefix });
    const client = await closed.start();
    for (const path of ['/admin/queues', '/admin/queues/api/queues']) {
      expect(await client.get(path)).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
    }
    expect(closed.printed).not.toContain('/admin/queues');
  });

  it.each([
    ['without credentials', ''],
    ['with a wrong password', basic('operator:correct horse')],
    ['with another user', basic(`admin:${PASSWORD}`)],
    ['with the password in another scheme', operator.replace('Basic', 'Bearer')],
    ['with what is no Base64', 'Basic §'],
  ])('asks who is there %s', async (_case, authorization) => {
    for (const path of ['', '/', '/api/queues', '/static/js/none.js', '/queue/shard']) {
      const answer = await call(path, 'GET', authorization);
      expect(answer.status, path).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="queues", charset="UTF-8"');
      expect(await answer.json()).toMatchObject({ status: 401, title: 'Unauthorized', code: 'unauthorized' });
    }
  });

  it('shows the queue to the operator, with files of its own only', async () => {
    const page = await call();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    const html = await page.text();
    expect(html).toContain('<base href="/admin/queues/" />');
    const script = /static\/js\/main\.[^"]+/.exec(html)?.[0];
    expect((await call(`/${script}`)).headers.get('content-type')).toMatch(/javascript/);
    const { queues } = await (await call('/api/queues')).json();
    expect(queues).toMatchObject([{ name: 'shard', readOnlyMode: true }]);
  });

  it('lets nobody change anything', async () => {
    const queue = service.app.get(RunQueue);
    await queue.pause();
    const job = shardJob({ shard_id: newId(), attempt: 0 });
    await queue.enqueue('shard', [job]);
    const shard = '/api/queues/shard';
    const changes: [string, string][] = [
      ['PUT', `${shard}/${job.id}/retry`],
      ['PUT', `${shard}/${job.id}/clean`],
      ['PUT', `${shard}/retry/failed`],
      ['PUT', `${shard}/clean/wait`],
      ['PUT', `${shard}/empty`],
      ['PUT', `${shard}/obliterate`],
      ['PUT', '/api/queues/pause'],
      ['POST', `${shard}/add`],
    ];
    for (const [method, path] of changes) {
      expect((await call(path, method, '')).status, `${method} ${path} without a password`).toBe(401);
      expect((await call(path, method)).status, `${method} ${path}`).toBe(405);
    }
    for (const path of [`${shard}/retry/failed`, `${shard}/clean/wait`]) {
      expect((await call(path, 'POST')).status, `POST ${path}`).toBe(404);
    }
    expect((await queue.counts()).waiting).toBe(1);
  });

  it('is not in the OpenAPI document', async () => {
    expect(JSON.stringify((await service.get('/docs-json')).body)).not.toContain('/admin/');
  });
});

describe('the page about a queue in the process', () => {
  it('is left out, which the start says in one line', { timeout: 60_000 }, async () => {
    const service = await spawn({ REDIS_URL: '', QUEUE_BOARD_PASSWORD: PASSWORD });
    const client = await service.start();
    expect((await client.get('/admin/queues')).status).toBe(404);
    const lines = service.printed.split('\n').filter((line) => line.includes('QUEUE_BOARD_PASSWORD'));
    expect(lines).toEqual([expect.stringContaining('without REDIS_URL there is no Bull queue to show')]);
  });

  it('stops the start where its password is short, in one line', { timeout: 60_000 }, async () => {
    const service = await spawn({ QUEUE_BOARD_PASSWORD: 'elevenchars' });
    await expect(service.start()).rejects.toThrow(/ended with 1/);
    expect(service.printed.trim()).toMatch(
      /^aibench: Bad environment: QUEUE_BOARD_PASSWORD: must have at least 12 characters\. .*$/,
    );
  });
});
