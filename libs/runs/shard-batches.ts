import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { AgentSpec } from '#libs/agents';
import { LeaseLost, type Lease } from './shard-store.js';

/** A batch of a provider that stands for a shard's trials. */
export interface ShardBatch {
  name: string;
  /** The provider's; null from before it is submitted until it is known. */
  id: string | null;
}

/** A batch whose answers nobody wants any more. */
export interface AbandonedBatch {
  shardId: string;
  workspaceId: string;
  agent: AgentSpec;
  batch: ShardBatch;
}

/** Which shards are with a provider as a batch. Only the lease that holds may say so. */
@Injectable()
export class ShardBatches {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @throws LeaseLost */
  async keep(lease: Lease, batch: ShardBatch): Promise<void> {
    const [rows] = await this.dataSource.query<[unknown[]]>(
      `UPDATE shards SET batch = $3 WHERE id = $1 AND attempt = $2 AND status = 'leased' RETURNING id`,
      [lease.shardId, lease.attempt, JSON.stringify(batch)],
    );
    if (rows.length === 0) throw new LeaseLost(lease.shardId);
    lease.batch = batch;
  }

  /**
   * The shard has no batch any more, and nothing is reserved for it.
   * @param doubtful whether what was reserved may have been used all the same, and stays in the budget.
   * @throws LeaseLost
   */
  async drop(lease: Lease, doubtful: boolean): Promise<void> {
    const rows = await this.dataSource.query<unknown[]>(
      `WITH before AS (
         SELECT id, entry_id, reserved_usd, reserved_tokens FROM shards
         WHERE id = $1 AND attempt = $2 AND status = 'leased' FOR UPDATE
       ), dropped AS (
         UPDATE shards s SET batch = NULL, reserved_usd = 0, reserved_tokens = 0 FROM before WHERE s.id = before.id
       ), counted AS (
         UPDATE run_entries e SET doubtful_usd = e.doubtful_usd + before.reserved_usd,
           doubtful_tokens = e.doubtful_tokens + before.reserved_tokens
         FROM before WHERE e.id = before.entry_id AND $3
       ) SELECT id FROM before`,
      [lease.shardId, lease.attempt, doubtful],
    );
    if (rows.length === 0) throw new LeaseLost(lease.shardId);
    lease.batch = null;
  }

  /** Of runs that were cancelled and entries that failed. */
  abandoned(): Promise<AbandonedBatch[]> {
    return this.dataSource.query(
      `SELECT s.id AS "shardId", r.workspace_id AS "workspaceId", e.agent, s.batch
       FROM shards s JOIN run_entries e ON e.id = s.entry_id JOIN runs r ON r.id = s.run_id
       WHERE s.batch IS NOT NULL AND s.status = 'abandoned' ORDER BY s.id LIMIT 100`,
    );
  }

  async forget({ shardId, batch }: AbandonedBatch): Promise<void> {
    await this.dataSource.query(
      `UPDATE shards SET batch = NULL WHERE id = $1 AND status = 'abandoned' AND batch ->> 'name' = $2`,
      [shardId, batch.name],
    );
  }
}
