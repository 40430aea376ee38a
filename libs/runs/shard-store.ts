import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { AgentSpec } from '#libs/agents';
import { AppConfig } from '#libs/config';
import { shardJob, type Job, type JobPayload } from '#libs/queue';
import type { ShardBatch } from './shard-batches.js';
import type { RunConfig } from './run-config.js';
import type { RunLimits } from './run-limits.js';

/** A worker's right to execute one shard, until it expires or somebody else's attempt is newer. */
export interface Lease {
  shardId: string;
  attempt: number;
  /** How often a worker failed on the shard or died with it before. */
  failures: number;
  /** Leases in a row before this one that stored nothing because the provider did not answer. */
  outages: number;
  /** Calls made under earlier leases for trials that are not stored, by `ordinal:epoch`. */
  tried: Record<string, number>;
  runId: string;
  workspaceId: string;
  entryId: string;
  trialFrom: number;
  trialTo: number;
  agent: AgentSpec;
  config: RunConfig;
  /** As they are now: whoever prolongs the lease brings them up to date. */
  limits: RunLimits;
  /** Submitted under an earlier lease, or about to be when that ended. */
  batch: ShardBatch | null;
  sampleCount: number;
  /** Of the whole entry. */
  trials: number;
  benchmarkVersionId: string;
  /** Of a score set: whose outputs it judges. */
  source: { runId: string; entryId: string } | null;
}

/** What a lease that holds is to do: nothing further of a run or entry that is paused. */
export interface Standing {
  paused: boolean;
  limits: RunLimits;
}

/** Why a shard goes back and when it is to be taken up again. */
export interface Postponement {
  delayMs: number;
  /** Named on the entry while it waits. */
  code: string;
  message: string;
  outages: number;
}

/** What calls came to that brought no answer. */
export interface FailedCalls {
  /** Of these the provider refused so many for its rate limit. */
  rateLimited: number;
  /** What the provider counted none the less. */
  inputTokens: number;
  outputTokens: number;
  usd: number;
}

/** What a lease that ends early leaves behind of the trials that it did not store. */
export interface Leftovers {
  /** Calls made, by `ordinal:epoch`. */
  tried: Record<string, number>;
  /** Under this lease. */
  failed: FailedCalls;
}

/** Somebody else has the shard now, or nobody is to execute it any more. What this worker still does with it is lost. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(shardId: string) {
    super(`The lease on shard ${shardId} is lost.`);
  }
}

/** Nobody has it, and so nothing is reserved on it, unless its provider is at work on it. */
const FREED = `lease_until = NULL, reserved_usd = CASE WHEN batch IS NULL THEN 0 ELSE reserved_usd END,
  reserved_tokens = CASE WHEN batch IS NULL THEN 0 ELSE reserved_tokens END`;

/** Locks the run before the shard, as whoever ends a run does: the other way about, the two would deadlock. */
const CLAIM = `
WITH started AS (
  UPDATE runs r SET status = 'processing', started_at = coalesce(r.started_at, now()), active_since = now()
  FROM shards s WHERE s.id = $1 AND s.status = 'pending' AND r.id = s.run_id AND r.status = 'queued'
  RETURNING r.id
), claimed AS (
  UPDATE shards s
  SET status = 'leased', attempt = s.attempt + 1, lease_until = now() + $3 * interval '1 second', worker = $2
  FROM runs r, run_entries e
  WHERE (SELECT count(*) FROM started) >= 0
    AND s.id = $1 AND r.id = s.run_id AND e.id = s.entry_id AND r.status IN ('queued', 'processing')
    AND e.status = 'processing' AND s.status = 'pending' AND (s.not_before IS NULL OR s.not_before <= now())
  RETURNING s.*
), resumed AS (
  UPDATE run_entries e SET error_code = NULL, error = NULL FROM claimed c
  WHERE e.id = c.entry_id AND e.status = 'processing' AND c.not_before IS NOT NULL
)
SELECT c.id AS "shardId", c.attempt, c.failures, c.outages, c.tried, c.batch, c.run_id AS "runId", c.entry_id AS "entryId",
  c.trial_from AS "trialFrom", c.trial_to AS "trialTo", e.agent, e.trials, r.config, r.limits,
  r.workspace_id AS "workspaceId", r.sample_count AS "sampleCount", r.benchmark_version_id AS "benchmarkVersionId",
  (SELECT jsonb_build_object('runId', r.rescores_run_id, 'entryId', o.source_entry_id) FROM score_set_entries o
   WHERE o.entry_id = c.entry_id) AS source
FROM claimed c JOIN runs r ON r.id = c.run_id JOIN run_entries e ON e.id = c.entry_id`;

/**
 * Takes back leases that ran out, or all where $1. What their workers had reserved may have been used: it stays in the
 * budget, as doubtful. Locks shards before entries, each by id.
 */
const RELEASE = `
WITH expired AS (
  SELECT s.id, s.entry_id, CASE WHEN s.batch IS NULL THEN s.reserved_usd ELSE 0 END AS usd,
    CASE WHEN s.batch IS NULL THEN s.reserved_tokens ELSE 0 END AS tokens
  FROM shards s JOIN runs r ON r.id = s.run_id
  WHERE s.status = 'leased' AND ($1 OR (r.status = 'processing' AND s.lease_until < now()))
  ORDER BY s.id FOR UPDATE OF s
), entry AS (
  SELECT id FROM run_entries WHERE id IN (SELECT entry_id FROM expired WHERE tokens > 0) ORDER BY id FOR UPDATE
), doubtful AS (
  UPDATE run_entries e SET doubtful_usd = e.doubtful_usd + d.usd, doubtful_tokens = e.doubtful_tokens + d.tokens
  FROM entry JOIN (SELECT entry_id, sum(usd) AS usd, sum(tokens) AS tokens FROM expired GROUP BY entry_id) AS d
    ON d.entry_id = entry.id WHERE e.id = entry.id
)
UPDATE shards s SET status = 'pending', ${FREED}, failures = failures + 1 FROM expired WHERE s.id = expired.id`;

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

  /** Null where the shard is leased to somebody, finished, to wait, or of a run or entry that is not to go on. */
  async claim(shardId: string, worker: string): Promise<Lease | null> {
    const [lease] = await this.dataSource.query<Lease[]>(CLAIM, [
      shardId,
      worker,
      this.config.engine.leaseSeconds,
    ]);
    return lease ?? null;
  }

  /** Prolongs leases. @returns by the ids of the shards whose lease still holds. */
  async renew(leases: Lease[]): Promise<Map<string, Standing>> {
    const [rows] = await this.dataSource.query<[(Standing & { id: string })[]]>(
      `WITH held AS (
         SELECT s.id FROM shards s JOIN unnest($1::uuid[], $2::int[]) AS lease (id, attempt)
           ON s.id = lease.id AND s.attempt = lease.attempt
         WHERE s.status = 'leased' ORDER BY s.id FOR UPDATE OF s)
       UPDATE shards s SET lease_until = now() + $3 * interval '1 second'
       FROM held, runs r, run_entries e WHERE s.id = held.id AND r.id = s.run_id AND e.id = s.entry_id
       RETURNING s.id, r.status = 'paused' OR e.status = 'paused' AS paused, r.limits`,
      [
        leases.map((lease) => lease.shardId),
        leases.map((lease) => lease.attempt),
        this.config.engine.leaseSeconds,
      ],
    );
    return new Map(rows.map(({ id, ...standing }) => [id, standing]));
  }

  /** @throws LeaseLost */
  async finish(lease: Lease): Promise<void> {
    if (!(await this.end(lease, 'done'))) throw new LeaseLost(lease.shardId);
  }

  /** Hands the shard back for anyone to take at once. @param left absent where this worker failed on it. */
  async release(lease: Lease, left?: Leftovers): Promise<void> {
    await this.end(lease, 'pending', left);
    if (left) await this.count(lease, left.failed);
  }

  /** Hands the shard back for anyone to take later, and says on its entry what holds it up. */
  async postpone(
    lease: Lease,
    left: Leftovers,
    { delayMs, code, message, outages }: Postponement,
  ): Promise<void> {
    await this.dataSource.query(
      `WITH postponed AS (
         UPDATE shards SET status = 'pending', ${FREED}, not_before = now() + $3 * interval '1 millisecond',
           tried = $4, outages = $5
         WHERE id = $1 AND attempt = $2 AND status = 'leased' RETURNING entry_id)
       UPDATE run_entries e SET error_code = $6, error = $7 FROM postponed p
       WHERE e.id = p.entry_id AND e.status = 'processing'`,
      [lease.shardId, lease.attempt, Math.ceil(delayMs), JSON.stringify(left.tried), outages, code, message],
    );
    await this.count(lease, left.failed);
  }

  /** Hands back every shard that is leased to anyone. Only for a service that knows it is alone on its database. */
  async releaseAll(): Promise<void> {
    await this.dataSource.query(RELEASE, [true]);
  }

  /** Hands back the shards of active runs whose worker let the lease run out. */
  async releaseExpired(): Promise<void> {
    await this.dataSource.query(RELEASE, [false]);
  }

  /** Jobs for the next shards of runs that anyone may take; of each, with those under way, at most `ENGINE_RUN_WINDOW`. */
  async nextJobs(runIds: string[]): Promise<Job<'shard'>[]> {
    const rows = await this.dataSource.query<JobPayload<'shard'>[]>(
      `SELECT next.id AS shard_id, next.attempt, next.entry_id FROM runs r CROSS JOIN LATERAL (
         SELECT s.id, s.attempt, s.entry_id, s.position FROM shards s JOIN run_entries e ON e.id = s.entry_id
         WHERE s.run_id = r.id AND s.status = 'pending' AND e.status = 'processing'
           AND (s.not_before IS NULL OR s.not_before <= now())
         ORDER BY s.position, s.entry_id
         LIMIT greatest(0, $2 - (SELECT count(*) FROM shards WHERE run_id = r.id AND status = 'leased'))) AS next
       WHERE r.id = ANY ($1) AND r.status IN ('queued', 'processing')
       ORDER BY r.id, next.position, next.entry_id`,
      [runIds, this.config.engine.runWindow],
    );
    return rows.map(shardJob);
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

  /** Calls that came to no trial are paid for none the less. */
  async count({ entryId }: Lease, failed: FailedCalls): Promise<void> {
    if (failed.rateLimited + failed.inputTokens + failed.outputTokens === 0) return;
    await this.dataSource.query(
      `UPDATE run_entries SET rate_limited = rate_limited + $2, input_tokens = input_tokens + $3,
         output_tokens = output_tokens + $4, cost_usd = cost_usd + $5 WHERE id = $1`,
      [entryId, failed.rateLimited, failed.inputTokens, failed.outputTokens, failed.usd],
    );
  }

  /** @returns whether the lease still held. */
  private async end(lease: Lease, status: 'done' | 'pending', left?: Leftovers): Promise<boolean> {
    const failed = status === 'pending' && left === undefined;
    const [rows] = await this.dataSource.query<[unknown[]]>(
      `UPDATE shards SET status = $3, ${FREED}, failures = failures + $4, outages = 0, not_before = NULL, tried = $5
       WHERE id = $1 AND attempt = $2 AND status = 'leased' RETURNING id`,
      [
        lease.shardId,
        lease.attempt,
        status,
        Number(failed),
        JSON.stringify(left?.tried ?? (failed ? lease.tried : {})),
      ],
    );
    return rows.length > 0;
  }
}
