import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { newId, storableJson } from '#libs/common';
import type { RunEventType } from './webhook-events.js';

export interface RunEvent {
  workspaceId: string;
  runId: string;
  type: RunEventType;
  /** What webhooks are told of it: small, and a receiver's only look at it. */
  data: object;
}

/** Each row has an id of its own that sorts by time as others do: UUID v7 with the time of $2 and Postgres' random bits. */
const RECORD = `
INSERT INTO webhook_deliveries (id, webhook_id, event, run_id, payload)
SELECT overlay(gen_random_uuid()::text PLACING left($2, 15) FROM 1)::uuid, id, $3, $4, $5
FROM webhooks WHERE workspace_id = $1 AND active AND $3 = ANY (events)`;

/** Where runs leave what webhooks are to be told. */
@Injectable()
export class WebhookOutbox {
  /**
   * Queues the event for each active webhook of the workspace that asked for it.
   * @param manager of the transaction in which it happens: both are committed, or neither.
   */
  async record(manager: EntityManager, { workspaceId, runId, type, data }: RunEvent): Promise<void> {
    await manager.query(RECORD, [workspaceId, newId(), type, runId, storableJson(data)]);
  }
}
