import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { BenchmarksService } from '#libs/benchmarks';
import { AppError } from '#libs/common';
import { AppConfig } from '#libs/config';
import { refuseDeleted, RollupCache, type Outcome } from '#libs/results';
import { Entrants } from './entrants.js';
import { countTrials, planShards } from './plan-entries.js';
import type { RunConfig } from './run-config.js';
import { refuseImportedScoring } from './refuse-imported-scoring.js';
import { RunDispatcher } from './run-dispatcher.js';
import type { RunLimits } from './run-limits.js';
import { canBecome, isFinished, type RunStatus } from './run-state.js';

export interface Extension {
  /** Further agents: ids, names or `name@version`. */
  agents?: string[];
  /** Trials of each sample that there are to be, more than now. */
  epochs?: number;
}

interface FinishedRun {
  workspaceId: string;
  status: RunStatus;
  config: RunConfig;
  limits: RunLimits;
  benchmarkVersionId: string;
  sampleCount: number;
  rescores: string | null;
}

/** Brings finished runs to life again; everything they have stays, and is not done twice. */
@Injectable()
export class RunContinuation {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly entrants: Entrants,
    private readonly benchmarks: BenchmarksService,
    private readonly dispatcher: RunDispatcher,
    private readonly rollups: RollupCache,
    private readonly config: AppConfig,
  ) {}

  /**
   * Runs the trials with one of those outcomes again, and those that entries which failed never came to.
   * What they used before stays counted.
   * @throws AppError `run_state` unless the run is completed or failed, `nothing_to_retry`.
   */
  async retry(runId: string, outcomes: Outcome[]): Promise<void> {
    await this.reopen(runId, async (manager) => {
      const entries = await manager.query<{ id: string }[]>(
        `SELECT id FROM run_entries WHERE run_id = $1 AND (status = 'failed' OR EXISTS (
           SELECT 1 FROM results r WHERE r.run_id = $1 AND r.entry_id = run_entries.id AND r.outcome = ANY ($2)))`,
        [runId, outcomes],
      );
      if (entries.length === 0) {
        throw AppError.conflict(
          'nothing_to_retry',
          `Run ${runId} has no trial with the outcome ${outcomes.join(' or ')}.`,
        );
      }
      const ids = entries.map(({ id }) => id);
      await manager.query(FORGET_TRIALS, [runId, ids, outcomes]);
      await manager.query(REOPEN_ENTRIES, [runId, ids]);
    });
  }

  /**
   * Adds agents, epochs or both to a run.
   * @throws AppError `run_state` unless the run is completed or failed; for agents as at creation; `agent_in_run`;
   * `epochs_not_more`, `run_is_score_set`.
   */
  async extend(workspaceId: string, runId: string, { agents: refs = [], epochs }: Extension): Promise<void> {
    await this.reopen(runId, async (manager, run) => {
      if (run.rescores !== null) {
        throw AppError.conflict(
          'run_is_score_set',
          `${runId} is a score set and has the trials of its run ${run.rescores}. Extend that one.`,
        );
      }
      const { definition } = await this.benchmarks.version(run.benchmarkVersionId);
      refuseImportedScoring(definition);
      const generation = { ...definition.generation, ...run.config };
      const others = await this.entrants.othersOf(workspaceId, definition);
      const agents = await this.entrants.choose(workspaceId, refs, generation, run.limits, others);
      this.entrants.refuseBatchedConversation(agents, definition);
      const [present] = await manager.query<{ name: string }[]>(
        `SELECT agent ->> 'name' AS name FROM run_entries WHERE run_id = $1 AND agent_id = ANY ($2) LIMIT 1`,
        [runId, agents.map(({ id }) => id)],
      );
      if (present) {
        throw AppError.conflict(
          'agent_in_run',
          `Agent "${present.name}" is in run ${runId} already. Add epochs, or retry its errors.`,
        );
      }
      if (epochs !== undefined) await this.addEpochs(manager, runId, run, epochs);
      const trials = countTrials(run.sampleCount, epochs ?? run.config.epochs);
      await planShards(manager, runId, this.config.engine, { agents, trials });
      await manager.query(REOPEN_ENTRIES, [runId, await grownEntries(manager, runId)]);
    });
  }

  private async addEpochs(
    manager: EntityManager,
    runId: string,
    { config, sampleCount }: FinishedRun,
    epochs: number,
  ): Promise<void> {
    if (epochs <= config.epochs) {
      throw AppError.invalid(
        'epochs_not_more',
        `Run ${runId} has ${config.epochs} epochs already. Name a larger number.`,
      );
    }
    await manager.query(
      `UPDATE runs SET config = config || jsonb_build_object('epochs', $2::int) WHERE id = $1`,
      [runId, epochs],
    );
    await manager.query(`UPDATE run_entries SET trials = $2 WHERE run_id = $1 AND status <> 'cancelled'`, [
      runId,
      countTrials(sampleCount, epochs),
    ]);
  }

  /** Does the work under the run's lock, puts the run back to the start of its life, and enqueues. */
  private async reopen(
    runId: string,
    work: (manager: EntityManager, run: FinishedRun) => Promise<void>,
  ): Promise<void> {
    const workspaceId = await this.dataSource.transaction(async (manager) => {
      const [run] = await manager.query<FinishedRun[]>(
        `SELECT workspace_id AS "workspaceId", status, config, limits, benchmark_version_id AS "benchmarkVersionId", sample_count AS "sampleCount",
           rescores_run_id AS rescores
         FROM runs WHERE id = $1 FOR UPDATE`,
        [runId],
      );
      if (!run) throw AppError.notFound('run_not_found', `There is no run "${runId}".`);
      if (!isFinished(run.status) || !canBecome(run.status, 'queued')) {
        throw AppError.conflict(
          'run_state',
          `Run ${runId} is ${run.status}; only a completed or failed run can go on from its end.`,
        );
      }
      await refuseDeleted(manager, [runId]);
      await refuseWhileScored(manager, runId, run.rescores);
      await work(manager, run);
      await manager.query(
        `UPDATE runs SET status = 'queued', completed_at = NULL, error = NULL WHERE id = $1`,
        [runId],
      );
      return run.workspaceId;
    });
    await this.rollups.forget(workspaceId);
    void this.dispatcher.dispatch(runId);
  }
}

/**
 * Outputs must stay while they are scored anew: neither a run with a score set under way goes on, nor a set whose run does.
 * @throws AppError `score_set_processing`, `run_state`
 */
async function refuseWhileScored(
  manager: EntityManager,
  runId: string,
  rescores: string | null,
): Promise<void> {
  const [active] = await manager.query<{ id: string }[]>(
    `SELECT id FROM runs WHERE rescores_run_id = $1 AND status IN ('queued', 'processing', 'paused') LIMIT 1`,
    [runId],
  );
  if (active) {
    throw AppError.conflict(
      'score_set_processing',
      `Score set ${active.id} is at the outputs of run ${runId}. Wait for its end, or cancel it: POST /api/v1/score-sets/${active.id}/cancel.`,
    );
  }
  if (rescores === null) return;
  const [source] = await manager.query<[{ status: RunStatus }]>(
    'SELECT status FROM runs WHERE id = $1 FOR SHARE',
    [rescores],
  );
  if (isFinished(source.status)) return;
  throw AppError.conflict('run_state', `Run ${rescores}, whose outputs it scores, is ${source.status}.`);
}

/** Takes trials back out of results, transcripts and counters, and reopens the shards that they are of. */
const FORGET_TRIALS = `
WITH forgotten AS (
  DELETE FROM results WHERE run_id = $1 AND entry_id = ANY ($2) AND outcome = ANY ($3)
  RETURNING run_id, entry_id, ordinal, epoch, outcome, shard_id
), transcript AS (
  DELETE FROM transcripts t USING forgotten f WHERE t.run_id = $1 AND t.entry_id = f.entry_id
    AND t.ordinal = f.ordinal AND t.epoch = f.epoch
), reopened AS (
  UPDATE shards s SET status = 'pending' WHERE s.run_id = $1 AND s.entry_id = ANY ($2) AND s.status = 'done' AND (
    s.id IN (SELECT shard_id FROM forgotten)
    -- Rows from before shards were kept may be of any.
    OR s.entry_id IN (SELECT entry_id FROM forgotten WHERE shard_id IS NULL))
), told AS (
  SELECT entry_id, count(*) FILTER (WHERE outcome = 'scored') AS scored,
    count(*) FILTER (WHERE outcome = 'agent_error') AS agent_errors,
    count(*) FILTER (WHERE outcome = 'infra_error') AS infra_errors,
    count(*) FILTER (WHERE outcome = 'unscored') AS unscored
  FROM forgotten GROUP BY entry_id
)
UPDATE run_entries e SET scored = e.scored - t.scored, agent_errors = e.agent_errors - t.agent_errors,
  infra_errors = e.infra_errors - t.infra_errors, unscored = e.unscored - t.unscored
FROM told t WHERE e.id = t.entry_id`;

/** Entries go on as if they had never ended, with the shards that were given up. */
const REOPEN_ENTRIES = `
WITH rollup AS (
  DELETE FROM rollups WHERE entry_id = ANY ($2)
), shard AS (
  UPDATE shards SET status = CASE WHEN status = 'abandoned' THEN 'pending' ELSE status END, failures = 0, outages = 0,
    tried = '{}', not_before = NULL
  WHERE run_id = $1 AND entry_id = ANY ($2) AND status IN ('abandoned', 'pending')
)
UPDATE run_entries SET status = 'processing', error_code = NULL, error = NULL, completed_at = NULL
WHERE run_id = $1 AND id = ANY ($2)`;

/** The entries with trials that are not done. */
async function grownEntries(manager: EntityManager, runId: string): Promise<string[]> {
  const entries = await manager.query<{ id: string }[]>(
    `SELECT id FROM run_entries e WHERE run_id = $1 AND EXISTS (
       SELECT 1 FROM shards s WHERE s.run_id = $1 AND s.entry_id = e.id AND s.status = 'pending')`,
    [runId],
  );
  return entries.map(({ id }) => id);
}
