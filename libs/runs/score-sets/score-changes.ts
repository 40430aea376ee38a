import type { EntityManager } from 'typeorm';

/** Of the samples that count, as their rollup has them. */
const SAMPLES = (entry: string): string => `
  SELECT s.ordinal, s.score FROM rollups u, unnest(u.sample_ordinals, u.sample_scores) AS s (ordinal, score)
  WHERE u.entry_id = ${entry}.id`;

/** Scores that differ by less than this differ by rounding. */
const SAME = 1e-9;

const WRITE_CHANGES = `
UPDATE score_set_entries c
SET raised = d.raised, lowered = d.lowered, gained = d.gained, lost = d.lost, same = d.same
FROM score_set_entries k
JOIN run_entries e ON e.id = k.entry_id
JOIN run_entries source ON source.id = k.source_entry_id
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE now.score > was.score + ${SAME}) AS raised,
    count(*) FILTER (WHERE now.score < was.score - ${SAME}) AS lowered,
    count(*) FILTER (WHERE was.score IS NULL) AS gained, count(*) FILTER (WHERE now.score IS NULL) AS lost,
    count(*) FILTER (WHERE abs(now.score - was.score) <= ${SAME}) AS same
  FROM (${SAMPLES('source')}) AS was FULL JOIN (${SAMPLES('e')}) AS now USING (ordinal)
) AS d
WHERE c.entry_id = k.entry_id
  AND (k.entry_id = $1 OR (k.source_entry_id = $1 AND e.status IN ('completed', 'failed', 'cancelled')))`;

/**
 * Counts anew how the scores of an entry differ from those that it re-scores, or of entries that re-score it. In the
 * transaction that changes its scores; of an entry that has to do with no score set, nothing.
 */
export async function writeChanges(manager: EntityManager, entryId: string): Promise<void> {
  await manager.query(WRITE_CHANGES, [entryId]);
}
