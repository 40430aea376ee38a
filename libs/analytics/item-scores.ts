import type { DataSource } from 'typeorm';
import { sampleScoreSql } from '#libs/results';
import type { Reduction } from '#libs/scoring';
import { CONDITIONS } from './conditions.js';
import { ENTRIES_FOR_ITEMS, type ItemFindings } from './deduce-items.js';

/** Entries whose scores are held against each other; more are left out. */
const MAX_ENTRIES = 50;
/** Trials read at most; of more every k-th sample is taken. */
const MAX_TRIALS = 200_000;

/**
 * $1 run. Its completed entries; where they are fewer than item statistics need, of each other agent also the newest one on
 * the same benchmark version that was made under the same conditions.
 */
const CHOSEN = `
WITH this AS (
  SELECT r.workspace_id, r.benchmark_version_id, r.rescores_run_id, ${CONDITIONS} AS conditions
  FROM runs r JOIN benchmark_versions v ON v.id = r.benchmark_version_id WHERE r.id = $1
), own AS (
  SELECT e.id, e.run_id, e.agent_id, e.trials, e.completed_at FROM run_entries e JOIN rollups u ON u.entry_id = e.id
  WHERE e.run_id = $1 AND e.status = 'completed' AND u.mean IS NOT NULL ORDER BY e.position LIMIT ${MAX_ENTRIES}
), other AS (
  SELECT DISTINCT ON (e.agent_id) e.id, e.run_id, e.agent_id, e.trials, e.completed_at
  FROM this JOIN runs r ON r.workspace_id = this.workspace_id AND r.benchmark_version_id = this.benchmark_version_id
  JOIN benchmark_versions v ON v.id = r.benchmark_version_id
  JOIN run_entries e ON e.run_id = r.id JOIN rollups u ON u.entry_id = e.id
  WHERE r.id <> $1 AND r.rescores_run_id IS NULL AND this.rescores_run_id IS NULL AND ${CONDITIONS} = this.conditions
    AND e.status = 'completed' AND u.mean IS NOT NULL AND e.agent_id NOT IN (SELECT agent_id FROM own)
    AND (SELECT count(*) FROM own) BETWEEN 1 AND ${ENTRIES_FOR_ITEMS - 1}
  ORDER BY e.agent_id, e.completed_at DESC
)
(SELECT id, run_id AS "runId", trials FROM own ORDER BY id)
UNION ALL
(SELECT id, run_id, trials FROM other ORDER BY completed_at DESC, id LIMIT ${MAX_ENTRIES} - (SELECT count(*) FROM own))`;

/** $1 runs, $2 entries, $3 stride over samples: a row for each sample, with its scores in the order of $2. */
const SCORES = (reduction: Reduction): string => `
WITH sample AS (
  SELECT entry_id, ordinal, min(sample_id) AS sample_id, ${sampleScoreSql(reduction)}::double precision AS score
  FROM results WHERE run_id = ANY ($1::uuid[]) AND entry_id = ANY ($2::uuid[]) AND ordinal % $3 = 0
  GROUP BY entry_id, ordinal
)
SELECT sample_id AS id, json_object_agg(array_position($2::uuid[], entry_id) - 1, score) AS scores
FROM sample GROUP BY sample_id ORDER BY min(ordinal), sample_id`;

/** @returns null where no entry of the run has completed with a score */
export async function readItems(
  dataSource: DataSource,
  runId: string,
  reduction: Reduction,
): Promise<ItemFindings | null> {
  const entries = await dataSource.query<{ id: string; runId: string; trials: number }[]>(CHOSEN, [runId]);
  if (entries.length === 0) return null;
  const trials = entries.reduce((sum, entry) => sum + entry.trials, 0);
  const stride = Math.max(1, Math.ceil(trials / MAX_TRIALS));
  const rows = await dataSource.query<{ id: string; scores: Record<number, number | null> }[]>(
    SCORES(reduction),
    [[...new Set(entries.map((entry) => entry.runId))], entries.map(({ id }) => id), stride],
  );
  return {
    entries: entries.length,
    others: entries.filter((entry) => entry.runId !== runId).length,
    items: rows.map(({ id, scores }) => ({ id, scores: entries.map((_, place) => scores[place] ?? null) })),
    stride,
  };
}
