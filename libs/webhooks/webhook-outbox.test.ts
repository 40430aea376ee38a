import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import { dataSourceOptions } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { addWebhook, deliveriesIn, happen } from './testing/webhook-rows.js';
import { WebhookOutbox, type RunEvent } from './webhook-outbox.js';

describe('WebhookOutbox', () => {
  const outbox = new WebhookOutbox();
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });
  afterEach(() => dataSource.query('DELETE FROM webhooks'));
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const event = (change: Partial<RunEvent> = {}): RunEvent => ({
    workspaceId: DEFAULT_WORKSPACE_ID,
    runId: newId(),
    type: 'run.failed',
    data: { status: 'failed' },
    ...change,
  });

  it('queues an event for each active webhook of the workspace that asked for it, and for no other', async () => {
    const all = await addWebhook(dataSource);
    const some = await addWebhook(dataSource, { events: ['run.paused', 'run.failed'] });
    await addWebhook(dataSource, { events: ['run.completed'] });
    await addWebhook(dataSource, { active: false });
    const { runId, ...failed } = event();
    await outbox.record(dataSource.manager, { ...failed, runId });
    const deliveries = await deliveriesIn(dataSource);
    expect(deliveries.map((delivery) => delivery.webhook_id).sort()).toEqual([all, some].sort());
    expect(deliveries[0]).toMatchObject({
      event: 'run.failed',
      run_id: runId,
      payload: { status: 'failed' },
      status: 'pending',
      attempts: 0,
    });
    await outbox.record(dataSource.manager, event({ workspaceId: newId() }));
    expect(await deliveriesIn(dataSource)).toHaveLength(2);
  });

  it('queues nothing where nobody asked', async () => {
    await outbox.record(dataSource.manager, event());
    expect(await deliveriesIn(dataSource)).toEqual([]);
  });

  it('is undone with the transaction that it was part of', async () => {
    await addWebhook(dataSource);
    const undone = dataSource.transaction(async (manager) => {
      await outbox.record(manager, event());
      throw new Error('The run did not end after all.');
    });
    await expect(undone).rejects.toThrow('after all');
    expect(await deliveriesIn(dataSource)).toEqual([]);
    await dataSource.transaction((manager) => outbox.record(manager, event()));
    expect(await deliveriesIn(dataSource)).toHaveLength(1);
  });

  it('gives ids that sort by time', async () => {
    await addWebhook(dataSource);
    for (let i = 0; i < 5; i++) {
      await happen(dataSource, { i });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const deliveries = await deliveriesIn(dataSource);
    expect(deliveries.map(({ payload }) => payload.i)).toEqual([0, 1, 2, 3, 4]);
    expect(deliveries[0]?.id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('stores what Postgres can hold of texts that models wrote', async () => {
    await addWebhook(dataSource);
    await happen(dataSource, { error: 'a\0b\ud800' });
    expect((await deliveriesIn(dataSource))[0]?.payload).toEqual({ error: 'a\ufffdb\ufffd' });
  });
});
