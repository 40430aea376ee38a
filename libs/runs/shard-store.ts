import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { AgentSpec } from '#libs/agents';
import { AppConfig } from '#libs/config';
import { shardJob, type Job } from '#libs/queue';
import type { RunConfig } from './run-config.js';
import type { RunStatus } from './run-state.js';

/** A worker's right to execute one shard, until it expires or somebody else's attempt is newer. */
export interface Lease {
  shardId: string;
  attempt: number;
  /** How often a worker failed on the shard or died with it before. */
  failures: number;
  runId: string;
  entryId: string;
  trialFrom: number;
  trialTo: number;
  agent: AgentSpec;
  config: RunConfig;
  sampleCount: number;
  benchmarkVersionId: string;
}

/** Somebody else has the shard now, or nobody is to execute it any more. What this worker still does with it is lost. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(shardId: string) {
    super(`The lease on shard ${shardId} is lost.`);
  }
}

/** Locks the run before the shard, as whoever ends a run does: the other way about, the two would deadlock. */
const CLAIM = `
WITH started AS (
  UPDATE runs r SET status = 'processing', started_at = now()
  FROM shards s WHERE s.id = $1 AND s.status = 'pending' AND r.id = s.run_id AND r.status = 'queued'
  RETURNING r.id
), claimed AS (
  UPDATE shards s
  SET status = 'leased', attempt = s.attempt + 1, lease_until = now() + $3 * interval '1 second', worker = $2,
    failures = s.failures + (s.status = 'leased')::int
  FROM runs r
  WHERE (SELECT count(*) FROM started) >= 0
    AND s.id = $1 AND r.id = s.run_id AND r.status IN ('queued', 'processing')
    AND (s.status = 'pending' OR (s.status = 'leased' AND s.lease_until < now()))
  RETURNING s.*
)
SELECT c.id AS "shardId", c.attempt, c.failures, c.run_id AS "runId", c.entry_id AS "entryId", c.trial_from AS "trialFrom",
  c.trial_to AS "trialTo", e.agent, r.config, r.sample_count AS "sampleCount",
  r.benchmark_version_id AS "benchmarkVersionId"
FROM claimed c JOIN runs r ON r.id = c.run_id JOIN run_entries e ON e.id = c.entry_id`;

/**
 * Leases on shards. Every time is Postgres' own `now()`, so that workers' clocks do not matter. Several shards are
 * locked in the order of their ids, by everybody, so that nobody deadlocks.
 */
@Injectable()
export class ShardStore {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: AppConfig,
  ) {}

  /** Null where the shard is leased to somebody, finished, or of a run that is not to go on. */
  async claim(shardId: string, worker: string): Promise<Lease | null> {
    const [lease] = await this.dataSource.query<Lease[]>(CLAIM, [
      shardId,
      worker,
      this.config.engine.leaseSeconds,
    ]);
    return lease ?? null;
  }

  /** Prolongs leases. @returns the status of the run, by the ids of the shards whose lease still holds. */
  async renew(leases: Lease[]): Promise<Map<string, RunStatus>> {
    const [rows] = await this.dataSource.query<[{ id: string; status: RunStatus }[]]>(
      `WITH held AS (
         SELECT s.id FROM shards s JOIN unnest($1::uuid[], $2::int[]) AS lease (id, attempt)
           ON s.id = lease.id AND s.attempt = lease.attempt
         WHERE s.status = 'leased' ORDER BY s.id FOR UPDATE OF s)
       UPDATE shards s SET lease_until = now() + $3 * interval '1 second'
       FROM held, runs r WHERE s.id = held.id AND r.id = s.run_id
       RETURNING s.id, r.status`,
      [
        leases.map((lease) => lease.shardId),
        leases.map((lease) => lease.attempt),
        this.config.engine.leaseSeconds,
      ],
    );
    return new Map(rows.map((row) => [row.id, row.status]));
  }

  /** @throws LeaseLost */
  async finish(lease: Lease): Promise<void> {
    await this.end(lease, 'done');
  }

  /** Hands the shard back for anyone to take at once. @param failed whether that is because this worker failed on it. */
  async release(lease: Lease, failed = false): Promise<void> {
    await this.end(lease, 'pending', failed).catch((error: unknown) => {
      if (!(error instanceof LeaseLost)) throw error;
    });
  }

  /** Hands back every shard that is leased to anyone. Only for a service that knows it is alone on its database. */
  async releaseAll(): Promise<void> {
    await this.dataSource.query(
      `UPDATE shards SET status = 'pending', lease_until = NULL, failures = failures + 1 WHERE status = 'leased'`,
    );
  }

  /** Hands back the shards of active runs whose worker let the lease run out. */
  async releaseExpired(): Promise<void> {
    await this.dataSource.query(
      `WITH expired AS (
         SELECT s.id FROM shards s JOIN runs r ON r.id = s.run_id
         WHERE r.status = 'processing' AND s.status = 'leased' AND s.lease_until < now()
         ORDER BY s.id FOR UPDATE OF s)
       UPDATE shards s SET status = 'pending', lease_until = NULL, failures = failures + 1 FROM expired WHERE s.id = expired.id`,
    );
  }

  /** Jobs for the next shards of a run that nobody has, at most `ENGINE_RUN_WINDOW`. */
  async nextJobs(runId: string): Promise<Job<'shard'>[]> {
    const rows = await this.dataSource.query<{ id: string; attempt: number }[]>(
      `SELECT s.id, s.attempt FROM shards s JOIN runs r ON r.id = s.run_id
       WHERE s.run_id = $1 AND s.status = 'pending' AND r.status IN ('queued', 'processing')
       ORDER BY s.position, s.entry_id LIMIT $2`,
      [runId, this.config.engine.runWindow],
    );
    return rows.map((row) => shardJob(row.id, row.attempt));
  }

  /** Which trials of those samples an earlier attempt has stored, as `ordinal:epoch`. */
  async storedTrials(lease: Lease, ordinals: number[]): Promise<Set<string>> {
    if (lease.attempt === 1) return new Set();
    const rows = await this.dataSource.query<{ trial: string }[]>(
      `SELECT ordinal || ':' || epoch AS trial FROM results
       WHERE run_id = $1 AND entry_id = $2 AND ordinal = ANY ($3)`,
      [lease.runId, lease.entryId, ordinals],
    );
    return new Set(rows.map((row) => row.trial));
  }

  private async end(lease: Lease, status: 'done' | 'pending', failed = false): Promise<void> {
    const [rows] = await this.dataSource.query<[unknown[]]>(
      `UPDATE shards SET status = $3, lease_until = NULL, failures = failures + $4
       WHERE id = $1 AND attempt = $2 AND status = 'leased' RETURNING id`,
      [lease.shardId, lease.attempt, status, Number(failed)],
    );
    if (rows.length === 0) throw new LeaseLost(lease.shardId);
  }
}
