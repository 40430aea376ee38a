import type { DataSource, EntityManager } from 'typeorm';
import { AppError } from '#libs/common';

/**
 * For whatever has to see single trials: without them it would tell of a run that had none.
 * @throws AppError `results_deleted` where retention has deleted those of a run.
 */
export async function refuseDeleted(
  source: DataSource | EntityManager,
  runIds: readonly string[],
): Promise<void> {
  const [run] = await source.query<{ id: string; at: Date }[]>(
    `SELECT id, results_deleted_at AS at FROM runs WHERE id = ANY ($1::uuid[]) AND results_deleted_at IS NOT NULL LIMIT 1`,
    [runIds],
  );
  if (!run) return;
  throw AppError.notFound(
    'results_deleted',
    `The trials of run ${run.id} were deleted on ${run.at.toISOString().slice(0, 10)}, as the workspace's retention says. Its scores are kept; for trials, run it again.`,
  );
}
