import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import { dataSourceOptions } from '#libs/database';
import { WebhookOutbox, type RunEventType } from '#libs/webhooks';
import { createTestDatabase } from '#test/support/postgres';
import { startTestService, type Answer, type TestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';
import {
  startWebhookReceiver,
  type ReceivedWebhook,
  type WebhookReceiver,
} from '#test/support/webhook-receiver';

const HOOKS = '/api/v1/webhooks';

/** As a receiver would check it, by the specification and without our code. */
function isSigned({ headers, body }: ReceivedWebhook, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

describe('webhooks', () => {
  let service: TestService;
  let dataSource: DataSource;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    service = await startTestService({ OUTBOUND_ALLOWED: '127.0.0.0/8' });
    dataSource = service.app.get(DataSource);
  });
  beforeEach(async () => void (receiver = await startWebhookReceiver()));
  afterEach(async () => {
    await receiver.close();
    await dataSource.query('DELETE FROM webhooks');
  });
  afterAll(() => service.close());

  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${service.url}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
  };
  const create = async (body: object = {}): Promise<any> =>
    (await service.post(HOOKS, { url: receiver.url, ...body })).body;
  const deliveriesOf = async (id: string): Promise<any[]> =>
    (await service.get(`${HOOKS}/${id}/deliveries`)).body.items;
  /** Waits until the newest delivery of a webhook is as wanted. */
  const delivery = async (id: string, wanted: (delivery: any) => boolean): Promise<any> => {
    for (;;) {
      const [newest] = await deliveriesOf(id);
      if (newest && wanted(newest)) return newest;
      await sleep(50);
    }
  };
  const happen = (type: RunEventType, data: object, runId = newId()): Promise<void> =>
    dataSource.transaction((manager) =>
      service.app
        .get(WebhookOutbox)
        .record(manager, { workspaceId: DEFAULT_WORKSPACE_ID, runId, type, data }),
    );
  const makeDue = (): Promise<unknown> =>
    dataSource.query(`UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'`);

  describe('of the API', () => {
    it('are created with a secret that no other answer shows, listed, changed and deleted', async () => {
      const created = await service.post(HOOKS, { url: receiver.url, events: ['run.failed'] });
      expect(created).toMatchObject({
        status: 201,
        body: {
          url: receiver.url,
          events: ['run.failed'],
          active: true,
          secret: expect.stringMatching(/^whsec_/),
        },
      });
      const { secret, ...webhook } = created.body;
      const path = `${HOOKS}/${webhook.id}`;
      expect((await service.get(path)).body).toEqual(webhook);
      expect((await service.get(HOOKS)).body).toEqual({ items: [webhook], next_cursor: null });
      const changed = await call('PATCH', path, { events: ['run.paused'], active: false });
      expect(changed.body).toEqual({ ...webhook, events: ['run.paused'], active: false });
      expect(await call('PATCH', path, { url: `${receiver.url}/2` })).toMatchObject({
        status: 200,
        body: { url: `${receiver.url}/2`, events: ['run.paused'], active: false },
      });
      expect(JSON.stringify([changed.body, await service.get(path)])).not.toContain(secret);
      expect((await call('DELETE', path)).status).toBe(204);
      expect((await service.get(path)).status).toBe(404);
    });

    it('ask for every event unless told which', async () => {
      const { events } = await create();
      expect(events).toEqual(['run.completed', 'run.failed', 'run.cancelled', 'run.paused']);
    });

    it('come in pages, newest first, as do their deliveries', async () => {
      const ids: string[] = [];
      for (let i = 0; i < 3; i++) ids.unshift((await create()).id);
      const first = (await service.get(`${HOOKS}?limit=2`)).body;
      const rest = (await service.get(`${HOOKS}?limit=2&cursor=${first.next_cursor}`)).body;
      expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
      expect(rest.next_cursor).toBeNull();
      for (let i = 0; i < 3; i++) await service.post(`${HOOKS}/${ids[0]}/test`);
      const page = (await service.get(`${HOOKS}/${ids[0]}/deliveries?limit=2`)).body;
      const next = (await service.get(`${HOOKS}/${ids[0]}/deliveries?cursor=${page.next_cursor}`)).body;
      const times = [...page.items, ...next.items].map(({ created_at }) => created_at);
      expect(times).toHaveLength(3);
      expect(times).toEqual([...times].sort().reverse());
    });

    it('are refused where their URL leads inside, or nowhere', async () => {
      const urls = {
        'http://[::1]/hook': 'address_not_allowed',
        'http://169.254.169.254/latest': 'address_not_allowed',
        'http://10.0.0.1:5432': 'address_not_allowed',
        'http://no-such-host.invalid': 'host_not_found',
        'ftp://example.com': 'invalid_url',
        'http://user:pass@example.com': 'invalid_url',
        'not a url': 'invalid_url',
      };
      const { id } = await create();
      for (const [url, code] of Object.entries(urls)) {
        expect(await service.post(HOOKS, { url }), url).toMatchObject({ status: 422, body: { code } });
        expect(await call('PATCH', `${HOOKS}/${id}`, { url }), url).toMatchObject({
          status: 422,
          body: { code },
        });
      }
      expect((await service.post(HOOKS, { url: 'http://10.0.0.1' })).body.detail).toMatch(
        /10\.0\.0\.1.*OUTBOUND_ALLOWED/,
      );
      expect((await service.get(HOOKS)).body.items).toMatchObject([{ id, url: receiver.url }]);
    });

    it('tell of what is wrong with a request', async () => {
      const { id } = await create();
      const bad = await Promise.all([
        service.post(HOOKS, {}),
        service.post(HOOKS, { url: 1 }),
        service.post(HOOKS, { url: `${receiver.url}/\0` }),
        service.post(HOOKS, { url: `${receiver.url}?${'x'.repeat(2000)}` }),
        service.post(HOOKS, { url: receiver.url, events: [] }),
        service.post(HOOKS, { url: receiver.url, events: ['run.started'] }),
        service.post(HOOKS, { url: receiver.url, secret: 'whsec_mine' }),
        call('PATCH', `${HOOKS}/${id}`, {}),
        call('PATCH', `${HOOKS}/${id}`, { active: 'yes' }),
        service.get(`${HOOKS}?cursor=nonsense`),
        service.get(`${HOOKS}/${id}/deliveries?limit=0`),
        service.get(`${HOOKS}/a%00b`),
      ]);
      expect(bad.map(({ status }) => status)).toEqual(bad.map(() => 422));
      expect(bad[7]?.body.detail).toMatch(/url, events or active/);
    });

    it('are not found where there is none', async () => {
      const { id } = await create();
      const known = newId();
      for (const unknown of ['nope', known]) {
        const path = `${HOOKS}/${unknown}`;
        const answers = await Promise.all([
          service.get(path),
          call('PATCH', path, { active: true }),
          call('DELETE', path),
          service.post(`${path}/test`),
          service.get(`${path}/deliveries`),
          service.post(`${path}/deliveries/${known}/redeliver`),
        ]);
        for (const answer of answers)
          expect(answer).toMatchObject({ status: 404, body: { code: 'webhook_not_found' } });
        expect(await service.post(`${HOOKS}/${id}/deliveries/${unknown}/redeliver`)).toMatchObject({
          status: 404,
          body: { code: 'delivery_not_found' },
        });
      }
    });
  });

  describe('that are sent', () => {
    it('are signed, and say what happened', async () => {
      const { id, secret } = await create();
      const runId = newId();
      await happen('run.completed', { run_id: runId, status: 'completed' }, runId);
      const received = await receiver.until(1);
      expect(isSigned(received, secret)).toBe(true);
      expect(isSigned({ ...received, body: `${received.body} ` }, secret)).toBe(false);
      expect(received.headers['content-type']).toBe('application/json');
      const sent = await delivery(id, ({ status }) => status !== 'pending');
      expect(sent).toMatchObject({
        id: received.headers['webhook-id'],
        event: 'run.completed',
        run_id: runId,
        status: 'delivered',
        attempts: 1,
        next_attempt_at: null,
        response_status: 204,
        error: null,
        delivered_at: expect.any(String),
        body: JSON.parse(received.body),
      });
      expect(sent.body).toEqual({
        type: 'run.completed',
        timestamp: sent.created_at,
        data: { run_id: runId, status: 'completed' },
      });
    });

    it('tell of runs that complete, and of runs that wait, are cancelled and fail', async () => {
      await create();
      await service.post('/api/v1/benchmarks', {
        name: 'hooked',
        scoring: { scorers: [{ type: 'exact' }] },
        samples: [{ id: 's', input: 'q', target: '1' }],
      });
      const settings = { base_url: `${new URL(receiver.url).origin}/v1` };
      await service.post('/api/v1/agents', {
        name: 'one',
        adapter: 'baseline',
        model: 'constant',
        settings: { answer: '1' },
      });
      await service.post('/api/v1/agents', { name: 'refused', adapter: 'openai', model: 'm', settings });
      const start = async (agents: string[]): Promise<string> =>
        (await service.post('/api/v1/runs', { benchmark: 'hooked', agents })).body.id;
      /** What was told of a run, in order. */
      const told = async (runId: string, count: number): Promise<any[]> => {
        for (;;) {
          const hooks = receiver.received
            .filter(({ path }) => path === '/hook')
            .map(({ body }) => JSON.parse(body));
          const of = hooks.filter(({ data }) => data.run_id === runId);
          if (of.length >= count) return of;
          await sleep(20);
        }
      };
      const completed = await start(['one']);
      expect(await told(completed, 1)).toMatchObject([
        {
          type: 'run.completed',
          data: { status: 'completed', agents: [{ name: 'one', score: 1, scored: 1, errors: 0 }] },
        },
      ]);
      // The receiver is no provider: 401 blocks the agent, 404 ends it.
      receiver.answer(401, 204);
      const cancelled = await start(['refused']);
      const [paused] = await told(cancelled, 1);
      expect(paused).toMatchObject({
        type: 'run.paused',
        data: { pause: { code: 'provider_key_rejected' } },
      });
      await service.post(`/api/v1/runs/${cancelled}/cancel`);
      expect((await told(cancelled, 2))[1]).toMatchObject({
        type: 'run.cancelled',
        data: { status: 'cancelled' },
      });
      receiver.answer(404, 204);
      const failed = await start(['refused']);
      expect(await told(failed, 1)).toMatchObject([
        {
          type: 'run.failed',
          data: { error: expect.stringMatching(/model/), agents: [{ status: 'failed' }] },
        },
      ]);
    });

    it('are only those that were asked for, and can be tried out', async () => {
      const { id } = await create({ events: ['run.failed'] });
      await happen('run.completed', {});
      expect(await service.post(`${HOOKS}/${id}/test`)).toMatchObject({
        status: 202,
        body: { webhook_id: id, event: 'webhook.test', run_id: null, status: 'pending' },
      });
      expect(JSON.parse((await receiver.until(1)).body)).toMatchObject({
        type: 'webhook.test',
        data: { webhook_id: id },
      });
      expect(await deliveriesOf(id)).toHaveLength(1);
    });

    it('are tried again after an error, under the same id and signed anew', async () => {
      const { id, secret } = await create();
      receiver.answer(500, 204);
      await service.post(`${HOOKS}/${id}/test`);
      const failed = await delivery(id, ({ error }) => error !== null);
      expect(failed).toMatchObject({
        status: 'pending',
        attempts: 1,
        response_status: 500,
        error: 'The receiver answered 500.',
        next_attempt_at: expect.any(String),
      });
      expect(receiver.received).toHaveLength(1);
      await makeDue();
      const received = await receiver.until(2);
      expect(received.headers['webhook-id']).toBe(failed.id);
      expect(isSigned(received, secret)).toBe(true);
      expect(await delivery(id, ({ status }) => status === 'delivered')).toMatchObject({
        attempts: 2,
        error: null,
      });
    });

    it('do not follow redirects, and say so', async () => {
      const { id } = await create();
      receiver.answer(302);
      await service.post(`${HOOKS}/${id}/test`);
      expect(await delivery(id, ({ error }) => error !== null)).toMatchObject({
        status: 'pending',
        response_status: 302,
        error: expect.stringMatching(/redirects are not followed/),
      });
      expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
    });

    it('do not wait for a receiver that hangs', async () => {
      const { id } = await create();
      receiver.answer('hang');
      await service.post(`${HOOKS}/${id}/test`);
      expect(await delivery(id, ({ error }) => error !== null)).toMatchObject({
        status: 'pending',
        response_status: null,
        error: expect.stringMatching(/^No answer from "127\.0\.0\.1": nothing came within 10 s/),
      });
    });

    it('are no longer sent to a receiver that says it is gone, until somebody sets it active again', async () => {
      const { id } = await create();
      receiver.answer(410);
      await service.post(`${HOOKS}/${id}/test`);
      const failed = await delivery(id, ({ status }) => status !== 'pending');
      expect(failed).toMatchObject({
        status: 'failed',
        attempts: 1,
        response_status: 410,
        error: expect.stringMatching(/inactive/),
      });
      expect((await service.get(`${HOOKS}/${id}`)).body.active).toBe(false);
      await happen('run.completed', {});
      expect(await deliveriesOf(id)).toHaveLength(1);
      const inactive = { status: 409, body: { code: 'webhook_inactive' } };
      expect(await service.post(`${HOOKS}/${id}/test`)).toMatchObject(inactive);
      expect(await service.post(`${HOOKS}/${id}/deliveries/${failed.id}/redeliver`)).toMatchObject(inactive);
      receiver.answer(204);
      await call('PATCH', `${HOOKS}/${id}`, { active: true });
      await happen('run.completed', {});
      await receiver.until(2);
    });

    it('can be sent once more, from the beginning, under the same id', async () => {
      const { id } = await create();
      await service.post(`${HOOKS}/${id}/test`);
      const first = await delivery(id, ({ status }) => status === 'delivered');
      expect(await service.post(`${HOOKS}/${id}/deliveries/${first.id}/redeliver`)).toMatchObject({
        status: 202,
        body: { id: first.id, status: 'pending', attempts: 0, response_status: null, delivered_at: null },
      });
      expect((await receiver.until(2)).headers['webhook-id']).toBe(first.id);
      expect(await delivery(id, ({ status }) => status === 'delivered')).toMatchObject({
        id: first.id,
        attempts: 1,
        body: first.body,
      });
    });

    it('do not come from a transaction that was undone', async () => {
      const { id } = await create();
      const undone = dataSource.transaction(async (manager) => {
        const event = {
          workspaceId: DEFAULT_WORKSPACE_ID,
          runId: newId(),
          type: 'run.paused',
          data: {},
        } as const;
        await service.app.get(WebhookOutbox).record(manager, event);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      await happen('run.failed', {});
      await receiver.until(1);
      expect((await deliveriesOf(id)).map(({ event }) => event)).toEqual(['run.failed']);
    });
  });
});

it('a webhook is sent though the process that was sending it was killed', { timeout: 90_000 }, async () => {
  const database = await createTestDatabase();
  const dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  const receiver = await startWebhookReceiver();
  const process = await SpawnedService.create({
    DATABASE_URL: database.url,
    OUTBOUND_ALLOWED: '127.0.0.1',
    LOG_LEVEL: 'trace',
  });
  try {
    receiver.answer('hang', 204);
    const before = await process.start();
    const { id, secret } = (await before.post(HOOKS, { url: receiver.url })).body;
    await before.post(`${HOOKS}/${id}/test`);
    const first = await receiver.until(1);
    await process.end('SIGKILL');
    // Instead of waiting for the lease of the dead.
    await dataSource.query('UPDATE webhook_deliveries SET next_attempt_at = now()');
    const after = await process.start();
    const second = await receiver.until(2);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(isSigned(second, secret)).toBe(true);
    let newest: any;
    do [newest] = (await after.get(`${HOOKS}/${id}/deliveries`)).body.items;
    while (newest.status === 'pending');
    expect(newest).toMatchObject({ status: 'delivered', attempts: 2 });
    expect(process.printed).not.toContain(secret);
  } finally {
    await process.remove();
    await receiver.close();
    await dataSource.destroy();
    await database.drop();
  }
});
