import { DataSource } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import { RUN_EVENTS, type RunEventType } from '../webhook-events.js';
import { WebhookOutbox } from '../webhook-outbox.js';
import type { WebhookDeliveryEntity } from '../webhook-delivery.entity.js';

const outbox = new WebhookOutbox();

/** A webhook in the default workspace. @returns its id. */
export async function addWebhook(
  dataSource: DataSource,
  {
    url = 'http://127.0.0.1/hook',
    events = RUN_EVENTS,
    active = true,
  }: { url?: string; events?: readonly RunEventType[]; active?: boolean } = {},
): Promise<string> {
  const id = newId();
  await dataSource.query(
    `INSERT INTO webhooks (id, workspace_id, url, secret, events, active) VALUES ($1, $2, $3, 'whsec_c2VjcmV0', $4, $5)`,
    [id, DEFAULT_WORKSPACE_ID, url, events, active],
  );
  return id;
}

/** An event for every webhook there is. */
export const happen = (dataSource: DataSource, data: object = {}): Promise<void> =>
  outbox.record(dataSource.manager, {
    workspaceId: DEFAULT_WORKSPACE_ID,
    runId: newId(),
    type: 'run.completed',
    data,
  });

type Row = Record<'webhook_id', string> &
  Pick<WebhookDeliveryEntity, 'id' | 'event' | 'status' | 'attempts' | 'error' | 'payload'>;

/** Every delivery, oldest first. */
export const deliveriesIn = (dataSource: DataSource): Promise<Row[]> =>
  dataSource.query('SELECT * FROM webhook_deliveries ORDER BY id');

/** Lets the waits of all deliveries be over. */
export const makeDue = (dataSource: DataSource): Promise<unknown> =>
  dataSource.query(`UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'`);
