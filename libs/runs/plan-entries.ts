import type { EntityManager } from 'typeorm';
import { priceVersion, type AgentSpec } from '#libs/agents';
import { AppError, newId } from '#libs/common';
import type { AppConfig } from '#libs/config';
import { shardJob, type Job, type JobPayload } from '#libs/queue';

/** Of one entry: trials are counted in 32 bits. */
const MAX_TRIALS = 2 ** 31 - 1;

/** Trials of one entry. @throws AppError `too_many_trials` */
export function countTrials(sampleCount: number, epochs: number): number {
  const trials = sampleCount * epochs;
  if (trials <= MAX_TRIALS) return trials;
  throw AppError.invalid(
    'too_many_trials',
    `${sampleCount} samples × ${epochs} epochs are ${trials} trials for each agent; ${MAX_TRIALS} are the most. Set a limit or fewer epochs.`,
  );
}

/** An entry is cut into so many shards, for workers to share, unless they would be smaller or larger than is good. */
const SHARDS = 32;
const SMALLEST = 16;

/**
 * Of what a statement adds it sees nothing itself, so that new entries and those that were there are put together. The
 * arrays are in subqueries, so that Postgres reckons with as many elements whether it knows them or not: else it takes a
 * plan made for their number to be so much better than the one it keeps that it plans anew each time, which takes longer
 * than all the rest.
 */
const PLAN = `
WITH added AS (
  INSERT INTO run_entries (id, run_id, position, agent_id, agent, price_version, trials)
  SELECT e.id, $1, last.position + e.place, (e.agent ->> 'id')::uuid, e.agent, e.price_version, $8
  FROM unnest((SELECT $5::uuid[]), (SELECT $6::jsonb[]), (SELECT $7::text[])) WITH ORDINALITY AS e (id, agent, price_version, place),
    (SELECT coalesce(max(position), -1) AS position FROM run_entries WHERE run_id = $1) AS last
  RETURNING id, agent, trials
), entry AS (
  SELECT * FROM added UNION ALL SELECT id, agent, trials FROM run_entries WHERE run_id = $1
), made AS (
  INSERT INTO shards (id, run_id, entry_id, position, trial_from, trial_to)
  SELECT gen_random_uuid(), $1, e.id, planned.shards + p, planned.trials + p * size,
    least(planned.trials + (p + 1) * size, e.trials)
  FROM entry e
  CROSS JOIN LATERAL (SELECT count(*)::int AS shards, coalesce(max(trial_to), 0) AS trials FROM shards s
    WHERE s.entry_id = e.id) AS planned
  CROSS JOIN LATERAL (SELECT CASE WHEN (e.agent #>> '{settings,batch}') = 'true' THEN $2
    ELSE least($2, greatest($3, (e.trials - planned.trials) / $4)) END AS size) AS sized
  CROSS JOIN LATERAL generate_series(0, (e.trials - planned.trials - 1) / size) AS p
  WHERE e.trials > planned.trials
  RETURNING id, entry_id, attempt, position
)
SELECT id AS shard_id, attempt, entry_id FROM made ORDER BY position, entry_id LIMIT (SELECT $9::int)`;

/**
 * Adds an entry for each agent, behind those that the run has, and cuts whatever trials of the run have no shard yet into
 * shards: one row each, made by Postgres, so that an entry of a million trials costs no memory here.
 * An agent that answers in batches gets the largest, each of which is one.
 * @param shardSize most trials of a shard: each costs a worker some messages to queue and database, whatever its size.
 * @param runWindow shards of the run that may be under way.
 * @param trials of each agent.
 * @returns jobs for the first of the new shards, as many as may be under way.
 */
export async function planShards(
  manager: EntityManager,
  runId: string,
  { shardSize, runWindow }: Pick<AppConfig['engine'], 'shardSize' | 'runWindow'>,
  { agents, trials }: { agents: AgentSpec[]; trials: number } = { agents: [], trials: 0 },
): Promise<Job<'shard'>[]> {
  const first = await manager.query<JobPayload<'shard'>[]>(PLAN, [
    ...[runId, shardSize, SMALLEST, SHARDS],
    agents.map(newId),
    agents.map((agent) => JSON.stringify(agent)),
    agents.map(priceVersion),
    trials,
    runWindow,
  ]);
  return first.map(shardJob);
}
