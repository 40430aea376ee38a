import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { deleteInBatches } from '../delete-in-batches.js';
import { HOUR, MaintenanceJob, type Detail } from '../maintenance-job.js';

/** How long what has ended can still be looked at. */
const AFTER = `now() - interval '30 days'`;

/** Table → which of its rows nothing asks for any more. Refresh tokens go with their session. */
const EXPIRED = {
  idempotency_keys: `created_at < now() - interval '24 hours'`,
  api_keys: `least(expires_at, revoked_at) < ${AFTER}`,
  invitations: `expires_at < ${AFTER}`,
  sessions: `least(expires_at, revoked_at) < ${AFTER}`,
};

@Injectable()
export class ExpiredRows extends MaintenanceJob {
  readonly name = 'expired-rows';
  readonly description =
    'Deletes idempotency keys after 24 hours, and API keys, invitations and sessions 30 days after their end.';
  readonly everySeconds = HOUR;

  async run(sql: QueryRunner): Promise<Detail> {
    const deleted: Detail = {};
    for (const [table, condition] of Object.entries(EXPIRED))
      deleted[table] = await deleteInBatches(sql, table, condition, []);
    return deleted;
  }
}
