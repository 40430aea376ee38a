import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { AgentSpec } from '#libs/agents';
import { BenchmarksService } from '#libs/benchmarks';
import { AppError } from '#libs/common';
import type { ScoringSpec } from '#libs/scoring';
import { Entrants } from './entrants.js';
import type { RunConfig } from './run-config.js';
import { RunDispatcher } from './run-dispatcher.js';
import type { RunLimits } from './run-limits.js';
import { isFinished } from './run-state.js';
import { withRun } from './run-transition.js';

/** A new value for each limit that changes; null removes it. */
export type LimitChange = { [L in keyof RunLimits]?: RunLimits[L] | null };

/** Letting a run go on that was held up, and changing what it may use meanwhile. */
@Injectable()
export class RunControl {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly benchmarks: BenchmarksService,
    private readonly entrants: Entrants,
    private readonly dispatcher: RunDispatcher,
  ) {}

  /**
   * Lets the run go on, and with it the entries that something blocked; what waits for a provider is tried at once.
   * @returns false where nothing of it is paused.
   */
  async resume(runId: string): Promise<boolean> {
    const resumed = await withRun(this.dataSource, runId, async (manager, { status }) => {
      if (isFinished(status)) return false;
      await manager.query(
        `WITH waiting AS (
           SELECT id FROM shards WHERE run_id = $1 AND status = 'pending' AND (not_before IS NOT NULL OR outages > 0)
           ORDER BY id FOR UPDATE)
         UPDATE shards s SET not_before = NULL, outages = 0 FROM waiting WHERE s.id = waiting.id`,
        [runId],
      );
      const [entries] = await manager.query<[unknown[]]>(
        `UPDATE run_entries SET status = 'processing', error_code = NULL, error = NULL
         WHERE run_id = $1 AND status = 'paused' RETURNING id`,
        [runId],
      );
      if (status !== 'paused') return entries.length > 0;
      await manager.query(
        `UPDATE runs SET pause_code = NULL, pause_reason = NULL,
           status = CASE WHEN started_at IS NULL THEN 'queued' ELSE 'processing' END,
           active_since = CASE WHEN started_at IS NOT NULL THEN now() END
         WHERE id = $1`,
        [runId],
      );
      return true;
    });
    if (resumed) void this.dispatcher.dispatch(runId);
    return resumed;
  }

  /**
   * Workers learn of it within a second.
   * @returns false where the run has ended.
   * @throws AppError for a budget that could not be kept, as at creation.
   */
  async limit(runId: string, change: LimitChange): Promise<boolean> {
    const { max_cost_usd, max_tokens_total } = change;
    await this.refuseUncountable(runId, {
      max_cost_usd: max_cost_usd ?? undefined,
      max_tokens_total: max_tokens_total ?? undefined,
    });
    const [changed] = await this.dataSource.query<[unknown[]]>(
      `UPDATE runs SET limits = jsonb_strip_nulls(limits || $2)
       WHERE id = $1 AND status IN ('queued', 'processing', 'paused') RETURNING id`,
      [runId, JSON.stringify(change)],
    );
    return changed.length > 0;
  }

  private async refuseUncountable(runId: string, budget: RunLimits): Promise<void> {
    const [run] = await this.dataSource.query<
      {
        workspaceId: string;
        config: RunConfig;
        benchmarkVersionId: string;
        agents: AgentSpec[];
        rescoring: ScoringSpec | null;
      }[]
    >(
      `SELECT workspace_id AS "workspaceId", config, benchmark_version_id AS "benchmarkVersionId",
         (SELECT jsonb_agg(agent) FROM run_entries WHERE run_id = runs.id) AS agents,
         (SELECT scoring FROM score_sets WHERE id = runs.id) AS rescoring
       FROM runs WHERE id = $1`,
      [runId],
    );
    if (!run) throw AppError.notFound('run_not_found', `There is no run "${runId}".`);
    if (run.rescoring) {
      const judges = await this.entrants.othersOf(run.workspaceId, { scoring: run.rescoring });
      this.entrants.refuseUnpriced(judges, budget);
      return;
    }
    const { definition } = await this.benchmarks.version(run.benchmarkVersionId);
    const others = await this.entrants.othersOf(run.workspaceId, definition);
    this.entrants.refuseUncountable(
      [...run.agents, ...others],
      { ...definition.generation, ...run.config },
      budget,
    );
  }
}
