import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { WebhookEventType } from './webhook-events.js';
import type { StoredSecret } from './webhook-secrets.js';

/** A delivery that is this worker's to send, until its lease runs out. */
export interface ClaimedDelivery extends StoredSecret {
  id: string;
  webhookId: string;
  workspaceId: string;
  url: string;
  event: WebhookEventType;
  payload: Record<string, unknown>;
  createdAt: Date;
  /** With this one. */
  attempts: number;
  /** When it is anybody's again, in Postgres' own words; names the claim when its outcome is stored. */
  lease: string;
}

/** What a try came to. */
export interface DeliveryOutcome {
  /** Of the answer; null where none came. */
  responseStatus: number | null;
  /** Null where it was delivered. */
  error: string | null;
  /** Until the next try, ms; null where there is none. */
  retryMs: number | null;
}

/** Longer than a try can take. */
const LEASE_SECONDS = 60;

/** In turns, so that of a receiver that hangs, however much is due to it, the others notice little. */
const CLAIM = `
WITH due AS (
  SELECT d.id, row_number() OVER (PARTITION BY d.webhook_id ORDER BY d.next_attempt_at) AS turn
  FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
  WHERE d.status = 'pending' AND d.next_attempt_at <= now() AND w.active
), taken AS (
  SELECT d.id FROM webhook_deliveries d JOIN due ON due.id = d.id
  WHERE d.status = 'pending' AND d.next_attempt_at <= now()
  ORDER BY due.turn, d.next_attempt_at LIMIT $1 FOR UPDATE OF d SKIP LOCKED
)
UPDATE webhook_deliveries d
SET attempts = d.attempts + 1, next_attempt_at = now() + ${LEASE_SECONDS} * interval '1 second'
FROM taken, webhooks w WHERE d.id = taken.id AND w.id = d.webhook_id
RETURNING d.id, w.id AS "webhookId", w.workspace_id AS "workspaceId", w.url, w.secret AS plain, w.key_id AS "keyId",
  w.wrapped_key AS "wrappedKey", w.ciphertext, d.event, d.payload, d.created_at AS "createdAt", d.attempts,
  d.next_attempt_at::text AS lease`;

/** Refused where somebody else has claimed it since, or a user asked for it anew. */
const SETTLE = `
UPDATE webhook_deliveries
SET status = $3, response_status = $4, error = $5, next_attempt_at = now() + $6::float8 * interval '1 millisecond',
  delivered_at = CASE WHEN $3 = 'delivered' THEN now() END
WHERE id = $1 AND status = 'pending' AND next_attempt_at = $2::timestamptz`;

/** The senders' side of the outbox. A claim is a lease by Postgres' `now()`: what a worker that dies holds is due again. */
@Injectable()
export class DeliveryStore {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Takes up to `limit` deliveries that are due; no two callers get the same. */
  async claim(limit: number): Promise<ClaimedDelivery[]> {
    const [claimed] = await this.dataSource.query<[ClaimedDelivery[]]>(CLAIM, [limit]);
    return claimed;
  }

  async settle({ id, lease }: ClaimedDelivery, outcome: DeliveryOutcome): Promise<void> {
    const { responseStatus, error, retryMs } = outcome;
    const status = error === null ? 'delivered' : retryMs === null ? 'failed' : 'pending';
    await this.dataSource.query(SETTLE, [id, lease, status, responseStatus, error, retryMs]);
  }

  async deactivate(webhookId: string): Promise<void> {
    await this.dataSource.query('UPDATE webhooks SET active = false WHERE id = $1', [webhookId]);
  }
}
