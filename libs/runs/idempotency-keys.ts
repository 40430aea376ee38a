import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AppError } from '#libs/common';

/** A request that may be sent again and is to create one run all the same. */
export interface IdempotentRequest {
  /** The client's. */
  key: string;
  /** Of route and body: a key stands for one request. */
  requestHash: string;
}

/** What was answered: an HTTP status and JSON. */
export interface Answer {
  status: number;
  body: unknown;
}

/** The run that a key stands for; `answer` is null until it was given. */
export interface KnownRequest {
  runId: string;
  answer: Answer | null;
}

const KEPT = `interval '24 hours'`;
/** Most runs are created in milliseconds; a client of a huge one is told to come again, and holds no connection. */
const WAIT = '3s';
const LOCK_NOT_AVAILABLE = '55P03';

const TAKE = `
INSERT INTO idempotency_keys (workspace_id, key, request_hash, run_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (workspace_id, key) DO UPDATE
SET request_hash = excluded.request_hash, run_id = excluded.run_id, status = NULL, answer = NULL, created_at = now()
WHERE idempotency_keys.created_at <= now() - ${KEPT}
RETURNING key`;

/** Which requests have created a run within 24 hours, over all processes. */
@Injectable()
export class IdempotencyKeys {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @throws AppError `idempotency_key_reused` where the key stands for another request. */
  async find(
    workspaceId: string,
    { key, requestHash }: IdempotentRequest,
  ): Promise<KnownRequest | undefined> {
    const [known] = await this.dataSource.query<(KnownRequest & { requestHash: string })[]>(
      `SELECT run_id AS "runId", request_hash AS "requestHash",
         CASE WHEN answer IS NOT NULL THEN jsonb_build_object('status', status, 'body', answer) END AS answer
       FROM idempotency_keys WHERE workspace_id = $1 AND key = $2 AND created_at > now() - ${KEPT}`,
      [workspaceId, key],
    );
    if (known && known.requestHash !== requestHash) {
      throw AppError.invalid(
        'idempotency_key_reused',
        `Idempotency-Key "${key}" was sent with another request, which created run ${known.runId}. Send each request with a key of its own.`,
      );
    }
    return known;
  }

  /**
   * Takes the key for a run, in the transaction that creates the run, so that the two are stored or neither. Waits for
   * another transaction that has the key.
   * @throws AppError `idempotency_in_progress` where that one got it, or takes too long.
   */
  async take(
    manager: EntityManager,
    workspaceId: string,
    { key, requestHash }: IdempotentRequest,
    runId: string,
  ): Promise<void> {
    await manager.query(`SET LOCAL lock_timeout = '${WAIT}'`);
    const taken = await manager
      .query<unknown[]>(TAKE, [workspaceId, key, requestHash, runId])
      .catch((error: unknown) => {
        if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return [];
        throw error;
      });
    if (taken.length === 0) {
      throw AppError.conflict(
        'idempotency_in_progress',
        `The first request with Idempotency-Key "${key}" is still under way. Send this one again in a moment.`,
      );
    }
    await manager.query('SET LOCAL lock_timeout TO DEFAULT');
  }

  /** Keeps the answer about a run, unless one is kept already. @returns the one that every request gets. */
  async keep(workspaceId: string, key: string, runId: string, answer: Answer): Promise<Answer> {
    const [[kept]] = await this.dataSource.query<[Answer[]]>(
      `UPDATE idempotency_keys SET status = coalesce(status, $4), answer = coalesce(answer, $5)
       WHERE workspace_id = $1 AND key = $2 AND run_id = $3 RETURNING status, answer AS body`,
      [workspaceId, key, runId, answer.status, JSON.stringify(answer.body)],
    );
    return kept ?? answer;
  }
}
