import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Metrics } from '#libs/observability';
import { RollupCache, writeRollup } from '#libs/results';
import { WebhookOutbox, type RunEventType } from '#libs/webhooks';
import { tooManyErrors, type RunLimits } from './run-limits.js';
import { runStatusOf, statusesBefore, type EntryStatus, type Reason, type RunStatus } from './run-state.js';
import { RunSignals } from './run-signals.js';
import { writeChanges } from './score-sets/score-changes.js';
import { STOP_CLOCK, withRun } from './run-transition.js';

const REQUESTED: Reason = { code: 'requested', message: 'Somebody paused it.' };

/** How entries and runs end or stop. Whoever gets here first ends them; for everybody else there is nothing left to do. */
@Injectable()
export class RunCompletion {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly outbox: WebhookOutbox,
    private readonly signals: RunSignals,
    private readonly rollups: RollupCache,
    private readonly metrics: Metrics,
  ) {}

  /** Ends the entry, and with the last entry the run, if no shard of it is left. Call after a shard was finished. */
  async settle(runId: string, entryId: string): Promise<void> {
    const [left] = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM shards WHERE run_id = $1 AND entry_id = $2 AND status IN ('pending', 'leased') LIMIT 1`,
      [runId, entryId],
    );
    if (left) return;
    await this.endingEntries(runId, async (manager) => {
      // Asked for again here: whoever stored the last errors may have died before it could act on them.
      const reason = await this.intolerable(manager, entryId);
      await this.endEntry(manager, runId, entryId, reason ? 'failed' : 'completed', reason);
      await this.endRun(manager, runId);
    });
  }

  /** Ends an entry that cannot go on; what it has stays, and the other entries go on. */
  async failEntry(runId: string, entryId: string, reason: Reason): Promise<void> {
    await this.endingEntries(runId, async (manager) => {
      await abandonShards(manager, runId, [entryId]);
      await this.endEntry(manager, runId, entryId, 'failed', reason);
      await this.endRun(manager, runId);
    });
  }

  /**
   * No further trial is started; calls in flight end and are stored.
   * @returns false where the run has ended or is paused already.
   */
  async pause(runId: string, reason: Reason = REQUESTED): Promise<boolean> {
    return withRun(this.dataSource, runId, async (manager) => this.pauseRun(manager, runId, reason));
  }

  /** Pauses the runs whose time is up. */
  async pauseOverdue(): Promise<void> {
    const overdue = await this.dataSource.query<{ id: string; seconds: number }[]>(
      `SELECT id, (limits ->> 'max_duration_s')::double precision AS seconds FROM runs
       WHERE status = 'processing' AND limits ? 'max_duration_s'
         AND active_seconds + extract(epoch FROM now() - active_since) >= (limits ->> 'max_duration_s')::double precision
       ORDER BY id`,
    );
    for (const { id, seconds } of overdue) {
      const message = `Its ${seconds} s are used up (max_duration_s). Raise or remove the limit, then resume it.`;
      await this.pause(id, { code: 'budget_duration', message });
    }
  }

  /** Stops an entry until somebody mends what blocks it; with the last entry that could go on, the run is paused. */
  async pauseEntry(runId: string, entryId: string, { code, message }: Reason): Promise<void> {
    await withRun(this.dataSource, runId, async (manager) => {
      await manager.query(
        `UPDATE run_entries SET status = 'paused', error_code = $2, error = $3 WHERE id = $1 AND status = 'processing'`,
        [entryId, code, message],
      );
      await this.endRun(manager, runId);
    });
  }

  /** Ends the run and abandons what is left of it; false where it had ended already. */
  async cancel(runId: string): Promise<boolean> {
    return this.endingEntries(runId, async (manager, status) => {
      if (!statusesBefore('cancelled').includes(status)) return false;
      const entries = await manager.query<{ id: string }[]>(
        `SELECT id FROM run_entries WHERE run_id = $1 AND status IN ('processing', 'paused') ORDER BY id`,
        [runId],
      );
      await abandonShards(
        manager,
        runId,
        entries.map(({ id }) => id),
      );
      for (const { id } of entries) await this.endEntry(manager, runId, id, 'cancelled');
      await manager.query(
        `UPDATE runs SET status = 'cancelled', completed_at = now(), ${STOP_CLOCK} WHERE id = $1`,
        [runId],
      );
      await this.tell(manager, runId, 'run.cancelled');
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

  /** Under the run's lock. What was made of rollups is made anew from the commit on. */
  private async endingEntries<T>(
    runId: string,
    work: (manager: EntityManager, status: RunStatus) => Promise<T>,
  ): Promise<T> {
    const [result, workspaceId] = await withRun(
      this.dataSource,
      runId,
      async (manager, run) => [await work(manager, run.status), run.workspaceId] as const,
    );
    await this.rollups.forget(workspaceId);
    return result;
  }

  private async intolerable(manager: EntityManager, entryId: string): Promise<Reason | undefined> {
    const [entry] = await manager.query<
      { agent: string; errors: number; trials: number; limits: RunLimits }[]
    >(
      `SELECT e.agent ->> 'name' AS agent, e.agent_errors + e.infra_errors AS errors, e.trials, r.limits
       FROM run_entries e JOIN runs r ON r.id = e.run_id WHERE e.id = $1`,
      [entryId],
    );
    return entry && tooManyErrors(entry.limits, entry);
  }

  private async endEntry(
    manager: EntityManager,
    runId: string,
    entryId: string,
    status: EntryStatus,
    reason?: Reason,
  ): Promise<void> {
    const [[ended]] = await manager.query<[{ agent: string; rescores: boolean }[]]>(
      `UPDATE run_entries SET status = $2, error_code = $3, error = $4, completed_at = now()
       WHERE id = $1 AND status IN ('processing', 'paused')
       RETURNING agent ->> 'name' AS agent,
         (SELECT rescores_run_id IS NOT NULL FROM runs WHERE id = run_id) AS rescores`,
      [entryId, status, reason?.code, reason?.message],
    );
    if (!ended) return;
    const score = await writeRollup(manager, runId, entryId);
    await writeChanges(manager, entryId);
    if (score !== null && !ended.rescores) this.metrics.agentAccuracy.set({ agent: ended.agent }, score);
  }

  /** Brings the run to what its entries have come to, if none of them is processing. */
  private async endRun(manager: EntityManager, runId: string): Promise<void> {
    const entries = await manager.query<
      { status: EntryStatus; errorCode: string | null; error: string | null }[]
    >(
      'SELECT status, error_code AS "errorCode", error FROM run_entries WHERE run_id = $1 ORDER BY position',
      [runId],
    );
    const status = runStatusOf(entries);
    if (status === null) return;
    const reasons = entries.filter((entry) => entry.status === status && entry.error !== null);
    const message = reasons.map(({ error }) => error).join(' ');
    if (status === 'paused') {
      await this.pauseRun(manager, runId, { code: reasons[0]?.errorCode ?? 'blocked', message });
      return;
    }
    const [ended] = await manager.query<[unknown[]]>(
      `UPDATE runs SET status = $2, error = $3, completed_at = now(), pause_code = NULL, pause_reason = NULL, ${STOP_CLOCK}
       WHERE id = $1 AND status = ANY ($4) RETURNING id`,
      [runId, status, status === 'failed' ? message : null, statusesBefore(status)],
    );
    if (ended.length > 0) await this.tell(manager, runId, `run.${status}`);
  }

  private async pauseRun(manager: EntityManager, runId: string, { code, message }: Reason): Promise<boolean> {
    const [paused] = await manager.query<[unknown[]]>(
      `UPDATE runs SET status = 'paused', pause_code = $3, pause_reason = $4, ${STOP_CLOCK}
       WHERE id = $1 AND status = ANY ($2) RETURNING id`,
      [runId, statusesBefore('paused'), code, message],
    );
    if (paused.length > 0) await this.tell(manager, runId, 'run.paused');
    return paused.length > 0;
  }

  /** Leaves for webhooks what became of the run, in the transaction in which it did. Of score sets they hear nothing. */
  private async tell(manager: EntityManager, runId: string, type: RunEventType): Promise<void> {
    const [told] = await manager.query<{ workspaceId: string; data: object }[]>(
      `SELECT r.workspace_id AS "workspaceId", jsonb_build_object('run_id', r.id, 'status', r.status, 'error', r.error,
         'pause', CASE WHEN r.status = 'paused' THEN jsonb_build_object('code', r.pause_code, 'message', r.pause_reason) END,
         'agents', (SELECT jsonb_agg(jsonb_build_object('name', e.agent ->> 'name', 'status', e.status, 'score', u.mean,
             'trials', e.trials, 'scored', e.scored, 'errors', e.agent_errors + e.infra_errors,
             'cost_usd', e.cost_usd::double precision) ORDER BY e.position)
           FROM run_entries e LEFT JOIN rollups u ON u.entry_id = e.id WHERE e.run_id = r.id)) AS data
       FROM runs r WHERE r.id = $1 AND r.rescores_run_id IS NULL`,
      [runId],
    );
    if (told) await this.outbox.record(manager, { ...told, runId, type });
    this.signals.changed(runId);
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
