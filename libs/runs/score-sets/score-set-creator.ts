import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { BenchmarksService } from '#libs/benchmarks';
import { AppError, contentHash, newId, type InputError } from '#libs/common';
import { AppConfig } from '#libs/config';
import { refuseDeleted } from '#libs/results';
import {
  compileTargetProblems,
  reductionOf,
  reductionProblem,
  scorerVersions,
  type ScoringSpec,
} from '#libs/scoring';
import { Entrants } from '../entrants.js';
import { IdempotencyKeys, type IdempotentRequest } from '../idempotency-keys.js';
import { planShards } from '../plan-entries.js';
import { plannedTrial } from '../plan.js';
import { refuseImportedScoring } from '../refuse-imported-scoring.js';
import { RunDispatcher } from '../run-dispatcher.js';
import type { RunLimits } from '../run-limits.js';
import { isFinished, type RunStatus } from '../run-state.js';
import { withRun } from '../run-transition.js';
import { RunsReader, type RunView } from '../runs-reader.js';
import { SampleSelection } from '../sample-selection.js';

export interface NewScoreSet {
  /** Of the run's sets, each once. */
  name: string;
  reason?: string;
  scoring: ScoringSpec;
  /** What its judges may cost. */
  limits: Pick<RunLimits, 'max_cost_usd'>;
}

/** Samples whose targets are looked at together. */
const BATCH = 1000;
const MAX_REPORTED = 20;

/** Begins score sets: runs whose trials are the stored outputs of another. */
@Injectable()
export class ScoreSetCreator {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly runs: RunsReader,
    private readonly benchmarks: BenchmarksService,
    private readonly selection: SampleSelection,
    private readonly entrants: Entrants,
    private readonly dispatcher: RunDispatcher,
    private readonly keys: IdempotencyKeys,
    private readonly config: AppConfig,
  ) {}

  /**
   * Writes the set, with entries and shards, in one transaction, then enqueues.
   * @returns its id.
   * @throws AppError `run_not_found`, `run_state` unless the run has ended, `run_is_score_set`, `score_set_exists`,
   * `too_few_epochs`, `scoring_imported`, `scoring_unfit` where a scorer could not judge the samples; for judges and budget as at creation of a run.
   */
  async create(
    workspaceId: string,
    runId: string,
    set: NewScoreSet,
    idempotency?: IdempotentRequest,
  ): Promise<string> {
    const source = await this.runs.get(workspaceId, runId);
    requireScorable(source.id, source.status, source.rescores);
    const problem = reductionProblem(reductionOf(set.scoring), source.config.epochs);
    if (problem !== null) throw AppError.invalid('too_few_epochs', problem);
    const judges = await this.entrants.othersOf(workspaceId, { scoring: set.scoring });
    this.entrants.refuseUnpriced(judges, set.limits);
    refuseImportedScoring(set);
    await this.refuseUnfit(source, set.scoring);
    const id = newId();
    const first = await withRun(this.dataSource, source.id, async (manager, { status }) => {
      requireScorable(source.id, status, null);
      await refuseDeleted(manager, [source.id]);
      await refuseKnownName(manager, source.id, set.name);
      await manager.query(
        `INSERT INTO runs (id, workspace_id, benchmark_version_id, status, config, limits, sample_count, scorer_versions,
           selected, rescores_run_id)
         SELECT $1, workspace_id, benchmark_version_id, 'queued', config, $3, sample_count, $4, selected, id FROM runs WHERE id = $2`,
        [id, source.id, set.limits, scorerVersions(set.scoring)],
      );
      await manager.query(
        `INSERT INTO score_sets (id, name, reason, scoring, scoring_hash) VALUES ($1, $2, $3, $4, $5)`,
        [id, set.name, set.reason, set.scoring, contentHash(set.scoring)],
      );
      if (idempotency) await this.keys.take(manager, workspaceId, idempotency, id);
      await manager.query(COPY_ENTRIES, [id, source.id]);
      return planShards(manager, id, this.config.engine);
    });
    void this.dispatcher.dispatch(id, first);
    return id;
  }

  /** Looks at the samples of the run, a batch at a time. */
  private async refuseUnfit(
    { id: runId, benchmark, config, sampleCount }: RunView,
    scoring: ScoringSpec,
  ): Promise<void> {
    const problemsOf = compileTargetProblems(scoring);
    const { sampleCount: population } = await this.benchmarks.version(benchmark.versionId);
    const plan = await this.selection.plan({ runId, config, sampleCount }, population);
    const errors: InputError[] = [];
    let unfit = 0;
    for (let from = 0; from < sampleCount; from += BATCH) {
      const places = Array.from({ length: Math.min(BATCH, sampleCount - from) }, (_, i) => from + i);
      const ordinals = places.map((place) => plannedTrial(plan, place).ordinal);
      for (const { sampleId, targets, choices, metadata } of await this.benchmarks.samplesAt(
        benchmark.versionId,
        ordinals,
      )) {
        const problems = problemsOf({ targets, choices: choices ?? undefined, metadata });
        if (problems.length === 0) continue;
        unfit++;
        if (errors.length < MAX_REPORTED)
          errors.push(...problems.map((message) => ({ message, sample_id: sampleId })));
      }
    }
    if (unfit === 0) return;
    throw AppError.invalid(
      'scoring_unfit',
      `The scorers cannot judge ${unfit} of ${sampleCount} samples, so nothing was begun. Choose scorers that fit their targets.`,
      errors,
    );
  }
}

/** As they are, so that an agent that nobody could call any more is scored all the same. */
const COPY_ENTRIES = `
WITH copied AS (
  INSERT INTO run_entries (id, run_id, position, agent_id, agent, trials)
  SELECT gen_random_uuid(), $1, position, agent_id, agent, trials FROM run_entries WHERE run_id = $2
  RETURNING id, position
)
INSERT INTO score_set_entries (entry_id, source_entry_id)
SELECT c.id, s.id FROM copied c JOIN run_entries s ON s.run_id = $2 AND s.position = c.position`;

function requireScorable(runId: string, status: RunStatus, rescores: string | null): void {
  if (rescores !== null) {
    throw AppError.conflict(
      'run_is_score_set',
      `${runId} is a score set itself. Score the outputs of its run: POST /api/v1/runs/${rescores}/score-sets.`,
    );
  }
  if (isFinished(status)) return;
  throw AppError.conflict(
    'run_state',
    `Run ${runId} is ${status}; its outputs can be scored again once it has ended.`,
  );
}

/** Whoever names a set holds the lock of its run. */
async function refuseKnownName(manager: EntityManager, runId: string, name: string): Promise<void> {
  const [known] = await manager.query<{ id: string }[]>(
    `SELECT s.id FROM score_sets s JOIN runs r ON r.id = s.id WHERE r.rescores_run_id = $1 AND s.name = $2`,
    [runId, name],
  );
  if (!known) return;
  throw AppError.conflict(
    'score_set_exists',
    `Run ${runId} has a score set "${name}" already: ${known.id}. Give this one another name.`,
  );
}
