import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Metrics } from '#libs/observability';
import { WRITE_ROLLUP } from '#libs/results';
import { runStatusOf, statusesBefore, type EntryStatus, type RunStatus } from './run-state.js';

/** How entries and runs end. Whoever gets here first ends them; for everybody else there is nothing left to do. */
@Injectable()
export class RunCompletion {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly metrics: Metrics,
  ) {}

  /** Ends the entry, and with the last entry the run, if no shard of it is left. Call after a shard was finished. */
  async settle(runId: string, entryId: string): Promise<void> {
    const [left] = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM shards WHERE run_id = $1 AND entry_id = $2 AND status IN ('pending', 'leased') LIMIT 1`,
      [runId, entryId],
    );
    if (left) return;
    await this.withRun(runId, async (manager) => {
      await this.endEntry(manager, runId, entryId, 'completed');
      await this.endRun(manager, runId);
    });
  }

  /** Ends an entry that cannot go on; what it has stays, and the other entries go on. */
  async failEntry(runId: string, entryId: string, code: string, message: string): Promise<void> {
    await this.withRun(runId, async (manager) => {
      await abandonShards(manager, runId, [entryId]);
      await this.endEntry(manager, runId, entryId, 'failed', code, message);
      await this.endRun(manager, runId);
    });
  }

  /** Ends the run and abandons what is left of it; false where it had ended already. */
  async cancel(runId: string): Promise<boolean> {
    return this.withRun(runId, async (manager, status) => {
      if (!statusesBefore('cancelled').includes(status)) return false;
      const entries = await manager.query<{ id: string }[]>(
        `SELECT id FROM run_entries WHERE run_id = $1 AND status = 'processing' ORDER BY id`,
        [runId],
      );
      await abandonShards(
        manager,
        runId,
        entries.map(({ id }) => id),
      );
      for (const { id } of entries) await this.endEntry(manager, runId, id, 'cancelled');
      await manager.query(`UPDATE runs SET status = 'cancelled', completed_at = now() WHERE id = $1`, [
        runId,
      ]);
      return true;
    });
  }

  /** Entries whose shards are all done but which nobody ended, as a worker that died in between leaves them. */
  async unsettled(): Promise<{ runId: string; entryId: string }[]> {
    return this.dataSource.query(
      `SELECT e.run_id AS "runId", e.id AS "entryId" FROM run_entries e JOIN runs r ON r.id = e.run_id
       WHERE r.status IN ('queued', 'processing') AND e.status = 'processing' AND NOT EXISTS (
         SELECT 1 FROM shards s
         WHERE s.run_id = e.run_id AND s.entry_id = e.id AND s.status IN ('pending', 'leased'))`,
    );
  }

  private withRun<T>(
    runId: string,
    work: (manager: EntityManager, status: RunStatus) => Promise<T>,
  ): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      const [run] = await manager.query<{ status: RunStatus }[]>(
        'SELECT status FROM runs WHERE id = $1 FOR UPDATE',
        [runId],
      );
      if (!run) throw new Error(`Run ${runId} is gone.`);
      return work(manager, run.status);
    });
  }

  private async endEntry(
    manager: EntityManager,
    runId: string,
    entryId: string,
    status: EntryStatus,
    errorCode: string | null = null,
    error: string | null = null,
  ): Promise<void> {
    const [[ended]] = await manager.query<[{ agent: string }[]]>(
      `UPDATE run_entries SET status = $2, error_code = $3, error = $4, completed_at = now()
       WHERE id = $1 AND status = 'processing' RETURNING agent ->> 'name' AS agent`,
      [entryId, status, errorCode, error],
    );
    if (!ended) return;
    const [rollup] = await manager.query<{ mean: number | null }[]>(WRITE_ROLLUP, [runId, entryId]);
    if (typeof rollup?.mean === 'number') this.metrics.agentAccuracy.set({ agent: ended.agent }, rollup.mean);
  }

  private async endRun(manager: EntityManager, runId: string): Promise<void> {
    const entries = await manager.query<{ status: EntryStatus; error: string | null }[]>(
      'SELECT status, error FROM run_entries WHERE run_id = $1 ORDER BY position',
      [runId],
    );
    if (entries.some(({ status }) => status === 'processing')) return;
    const status = runStatusOf(entries.map((entry) => entry.status));
    const error = status === 'failed' ? entries.map((entry) => entry.error).join(' ') : null;
    await manager.query(
      `UPDATE runs SET status = $2, error = $3, completed_at = now() WHERE id = $1 AND status = ANY ($4)`,
      [runId, status, error, statusesBefore(status)],
    );
  }
}

/** Locks them in the order of their ids, as the trial writer does: two orders would deadlock. */
async function abandonShards(manager: EntityManager, runId: string, entryIds: string[]): Promise<void> {
  await manager.query(
    `WITH unfinished AS (
       SELECT id FROM shards WHERE run_id = $1 AND entry_id = ANY ($2) AND status IN ('pending', 'leased')
       ORDER BY id FOR UPDATE)
     UPDATE shards s SET status = 'abandoned', lease_until = NULL FROM unfinished WHERE s.id = unfinished.id`,
    [runId, entryIds],
  );
}
