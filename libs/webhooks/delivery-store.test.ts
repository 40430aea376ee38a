import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { DeliveryStore, type ClaimedDelivery } from './delivery-store.js';
import { addWebhook, deliveriesIn, happen, makeDue } from './testing/webhook-rows.js';

describe('DeliveryStore', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let store: DeliveryStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(
      dataSourceOptions(database.url, { poolSize: 10, maxOverflow: 0 }),
    ).initialize();
    store = new DeliveryStore(dataSource);
  });
  afterEach(() => dataSource.query('DELETE FROM webhooks'));
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const claimOne = async (): Promise<ClaimedDelivery> => {
    const [claimed] = await store.claim(1);
    if (!claimed) throw new Error('Nothing is due.');
    return claimed;
  };
  const delivered = { responseStatus: 204, error: null, retryMs: null };

  it('gives each delivery to one of many senders that ask at once', async () => {
    await addWebhook(dataSource);
    for (let i = 0; i < 20; i++) await happen(dataSource);
    const claims = await Promise.all(Array.from({ length: 10 }, () => store.claim(3)));
    const ids = claims.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    while (ids.length < 20) ids.push((await claimOne()).id);
    expect(new Set(ids).size).toBe(20);
    expect(await store.claim(10)).toEqual([]);
  });

  it('gives what a dead sender held to the next, once its lease has run out', async () => {
    await addWebhook(dataSource, { url: 'http://127.0.0.1/once' });
    await happen(dataSource, { n: 1 });
    const dead = await claimOne();
    expect(dead).toMatchObject({ attempts: 1, url: 'http://127.0.0.1/once', payload: { n: 1 } });
    expect(await store.claim(1)).toEqual([]);
    await makeDue(dataSource);
    const next = await claimOne();
    expect(next).toMatchObject({ id: dead.id, attempts: 2 });
    // It was not dead after all, but slow.
    await store.settle(dead, { responseStatus: 500, error: 'late', retryMs: null });
    expect(await deliveriesIn(dataSource)).toMatchObject([{ status: 'pending', error: null }]);
    await store.settle(next, delivered);
    expect(await deliveriesIn(dataSource)).toMatchObject([{ status: 'delivered', next_attempt_at: null }]);
    expect(await store.claim(1)).toEqual([]);
  });

  it('goes through the webhooks in turns, however much is due to one', async () => {
    const crowded = await addWebhook(dataSource);
    for (let i = 0; i < 5; i++) await happen(dataSource);
    const other = await addWebhook(dataSource, { events: ['run.completed'] });
    await happen(dataSource);
    const claimed = await store.claim(2);
    expect(claimed.map(({ webhookId }) => webhookId).sort()).toEqual([crowded, other].sort());
  });

  it('keeps what is due to a webhook that is not active until it is', async () => {
    const id = await addWebhook(dataSource);
    await happen(dataSource);
    await store.deactivate(id);
    expect(await store.claim(1)).toEqual([]);
    await dataSource.query('UPDATE webhooks SET active = true');
    expect((await claimOne()).webhookId).toBe(id);
  });

  it('makes a failed try due again after its wait, and the last one never', async () => {
    await addWebhook(dataSource);
    await happen(dataSource);
    await store.settle(await claimOne(), { responseStatus: null, error: 'No answer.', retryMs: 3_600_000 });
    expect(await store.claim(1)).toEqual([]);
    const [{ waits }] = await dataSource.query<[{ waits: boolean }]>(
      `SELECT next_attempt_at > now() + interval '59 minutes' AS waits FROM webhook_deliveries`,
    );
    expect(waits).toBe(true);
    await makeDue(dataSource);
    await store.settle(await claimOne(), { responseStatus: 500, error: 'It answered 500.', retryMs: null });
    expect(await deliveriesIn(dataSource)).toMatchObject([
      {
        status: 'failed',
        response_status: 500,
        error: 'It answered 500.',
        attempts: 2,
        next_attempt_at: null,
      },
    ]);
  });
});
