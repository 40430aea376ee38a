import type { DataSource, EntityManager } from 'typeorm';
import type { RunStatus } from './run-state.js';

export interface LockedRun {
  workspaceId: string;
  status: RunStatus;
}

/** For the SET of an UPDATE of runs that stops it: how long it was processing is kept, so that pauses do not count. */
export const STOP_CLOCK = `active_seconds = active_seconds + coalesce(extract(epoch FROM now() - active_since), 0), active_since = NULL`;

/** Does what changes a run's state while nobody else does: the run is locked, before anything that is part of it. */
export function withRun<T>(
  dataSource: DataSource,
  runId: string,
  work: (manager: EntityManager, run: LockedRun) => Promise<T>,
): Promise<T> {
  return dataSource.transaction(async (manager) => {
    const [run] = await manager.query<LockedRun[]>(
      'SELECT workspace_id AS "workspaceId", status FROM runs WHERE id = $1 FOR UPDATE',
      [runId],
    );
    if (!run) throw new Error(`Run ${runId} is gone.`);
    return work(manager, run);
  });
}
