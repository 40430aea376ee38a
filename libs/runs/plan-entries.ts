import type { EntityManager } from 'typeorm';
import { priceVersion, type AgentSpec } from '#libs/agents';
import { AppError, newId } from '#libs/common';

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

/** Adds an entry for each agent, behind those that the run has. Their shards are planned by `planShards`. */
export async function addEntries(
  manager: EntityManager,
  runId: string,
  agents: AgentSpec[],
  trials: number,
): Promise<void> {
  await manager.query(
    `INSERT INTO run_entries (id, run_id, position, agent_id, agent, price_version, trials)
     SELECT e.id, $1, last.position + e.place, (e.agent ->> 'id')::uuid, e.agent, e.price_version, $5
     FROM unnest($2::uuid[], $3::jsonb[], $4::text[]) WITH ORDINALITY AS e (id, agent, price_version, place),
       (SELECT coalesce(max(position), -1) AS position FROM run_entries WHERE run_id = $1) AS last`,
    [
      runId,
      agents.map(newId),
      agents.map((agent) => JSON.stringify(agent)),
      agents.map(priceVersion),
      trials,
    ],
  );
}

/** An entry is cut into so many shards, for workers to share, unless they would be smaller or larger than is good. */
const SHARDS = 32;
const SMALLEST = 16;

/**
 * Cuts whatever trials of the run have no shard yet into shards: one row each, made by Postgres, so that an entry of
 * a million trials costs no memory here.
 * An agent that answers in batches gets the largest, each of which is one.
 * @param largest trials of a shard: each costs a worker some messages to queue and database, whatever its size.
 */
export async function planShards(manager: EntityManager, runId: string, largest: number): Promise<void> {
  await manager.query(
    `INSERT INTO shards (id, run_id, entry_id, position, trial_from, trial_to)
     SELECT gen_random_uuid(), e.run_id, e.id, planned.shards + p, planned.trials + p * size,
       least(planned.trials + (p + 1) * size, e.trials)
     FROM run_entries e
     CROSS JOIN LATERAL (SELECT count(*)::int AS shards, coalesce(max(trial_to), 0) AS trials FROM shards s
       WHERE s.entry_id = e.id) AS planned
     CROSS JOIN LATERAL (SELECT CASE WHEN (e.agent #>> '{settings,batch}') = 'true' THEN $2
       ELSE least($2, greatest($3, (e.trials - planned.trials) / $4)) END AS size) AS sized
     CROSS JOIN LATERAL generate_series(0, (e.trials - planned.trials - 1) / size) AS p
     WHERE e.run_id = $1 AND e.trials > planned.trials`,
    [runId, largest, SMALLEST, SHARDS],
  );
}
