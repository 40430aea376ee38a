import type { EntityManager } from 'typeorm';
import { reductionOf, type ScoringSpec } from '#libs/scoring';
import { rollupStatement } from './rollup-sql.js';

/**
 * Computes and stores what an entry came to, unless that is stored already.
 * @returns its score; null where it has none, or a rollup is there.
 */
export async function writeRollup(
  manager: EntityManager,
  runId: string,
  entryId: string,
): Promise<number | null> {
  const [run] = await manager.query<[{ scoring: ScoringSpec; epochs: number }]>(
    `SELECT coalesce(s.scoring, v.definition -> 'scoring') AS scoring, (r.config ->> 'epochs')::integer AS epochs
     FROM runs r JOIN benchmark_versions v ON v.id = r.benchmark_version_id LEFT JOIN score_sets s ON s.id = r.id
     WHERE r.id = $1`,
    [runId],
  );
  const reduction = reductionOf(run.scoring);
  const [rollup] = await manager.query<{ mean: number | null }[]>(
    ...rollupStatement(reduction, run.epochs, [runId, entryId]),
  );
  return rollup?.mean ?? null;
}
