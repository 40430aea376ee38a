import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#libs/database';
import { GuardedClient } from '#libs/outbound';
import { MasterKeys } from '#libs/vault';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver';
import { DeliveryStore } from './delivery-store.js';
import { addWebhook, deliveriesIn, happen, makeDue } from './testing/webhook-rows.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender } from './webhook-sender.js';

describe('WebhookSender', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });
  beforeEach(async () => void (receiver = await startWebhookReceiver()));
  afterEach(async () => {
    await receiver.close();
    await dataSource.query('DELETE FROM webhooks');
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const secrets = (): WebhookSecrets => new WebhookSecrets(dataSource, new MasterKeys([]));
  const startSender = (allowed = ['127.0.0.1']): WebhookSender =>
    new WebhookSender(new DeliveryStore(dataSource), new GuardedClient(allowed), secrets());

  /** Sends what is due, and waits for what becomes of it. */
  const sendDue = async (allowed?: string[]): Promise<void> => {
    const sender = startSender(allowed);
    await sender.tick();
    await sender.beforeApplicationShutdown();
  };

  it('tries eight times, always with the same id and body, and then gives up', async () => {
    await addWebhook(dataSource, { url: receiver.url });
    await happen(dataSource, { status: 'completed' });
    receiver.answer(500);
    for (let i = 0; i < 10; i++) {
      await sendDue();
      await makeDue(dataSource);
    }
    expect(receiver.received).toHaveLength(8);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(await deliveriesIn(dataSource)).toMatchObject([
      { status: 'failed', attempts: 8, response_status: 500, error: 'The receiver answered 500.' },
    ]);
  });

  it('asks no address that is not allowed, whatever was allowed when the webhook was made', async () => {
    await addWebhook(dataSource, { url: receiver.url });
    await happen(dataSource);
    await sendDue([]);
    expect(receiver.received).toEqual([]);
    expect(await deliveriesIn(dataSource)).toMatchObject([
      {
        status: 'pending',
        response_status: null,
        error: expect.stringMatching(/127\.0\.0\.1.*OUTBOUND_ALLOWED/),
      },
    ]);
  });

  it('goes on with the others while one receiver hangs, and waits for it when it stops', async () => {
    const hanging = await startWebhookReceiver();
    hanging.answer('hang');
    await addWebhook(dataSource, { url: hanging.url });
    await happen(dataSource);
    await dataSource.query('UPDATE webhooks SET events = $1', [['run.paused']]);
    const sender = startSender();
    await sender.tick();
    await hanging.until(1);
    await addWebhook(dataSource, { url: receiver.url });
    await happen(dataSource);
    await sender.tick();
    await receiver.until(1);
    const stopped = sender.beforeApplicationShutdown();
    await hanging.close();
    await stopped;
    expect(await deliveriesIn(dataSource)).toMatchObject([
      { status: 'pending', attempts: 1, error: expect.stringMatching(/^No answer from "127\.0\.0\.1"/) },
      { status: 'delivered', attempts: 1 },
    ]);
    await happen(dataSource);
    await sender.tick();
    expect(receiver.received).toHaveLength(1);
  });

  it('has no more than eight requests under way', async () => {
    receiver.answer('hang');
    await addWebhook(dataSource, { url: receiver.url });
    for (let i = 0; i < 20; i++) await happen(dataSource);
    const sender = startSender();
    await Promise.all([sender.tick(), sender.tick()]);
    await receiver.until(8);
    await sender.tick();
    const tried = (await deliveriesIn(dataSource)).filter(({ attempts }) => attempts > 0);
    expect([tried.length, receiver.received.length]).toEqual([8, 8]);
    await receiver.close();
    await sender.beforeApplicationShutdown();
  });

  it('sends again what it could not store the outcome of, and outlives the outage', async () => {
    await addWebhook(dataSource, { url: receiver.url });
    await happen(dataSource);
    const cut = await new DataSource(dataSourceOptions(database.url)).initialize();
    const sender = new WebhookSender(new DeliveryStore(cut), new GuardedClient(['127.0.0.1']), secrets());
    await sender.tick();
    await cut.destroy();
    await receiver.until(1);
    await expect(sender.tick()).resolves.toBeUndefined();
    await sender.beforeApplicationShutdown();
    expect(await deliveriesIn(dataSource)).toMatchObject([{ status: 'pending', attempts: 1 }]);
    await makeDue(dataSource);
    await sendDue();
    expect(await deliveriesIn(dataSource)).toMatchObject([{ status: 'delivered', attempts: 2 }]);
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });
});
