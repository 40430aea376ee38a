import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { BenchmarksService } from '#libs/benchmarks';
import { AppError, newId } from '#libs/common';
import { AppConfig } from '#libs/config';
import { reductionOf, reductionProblem, scorerVersions } from '#libs/scoring';
import { Entrants } from './entrants.js';
import { IdempotencyKeys, type IdempotentRequest } from './idempotency-keys.js';
import { countTrials, planShards } from './plan-entries.js';
import type { RunConfig } from './run-config.js';
import { refuseImportedScoring } from './refuse-imported-scoring.js';
import { RunDispatcher } from './run-dispatcher.js';
import type { RunLimits } from './run-limits.js';
import { SampleSelection } from './sample-selection.js';

export interface NewRun {
  /** An id, a name or `name@version`. */
  benchmark: string;
  /** Likewise; each agent once. */
  agents: string[];
  config: RunConfig;
  limits?: RunLimits;
}

@Injectable()
export class RunCreator {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly entrants: Entrants,
    private readonly benchmarks: BenchmarksService,
    private readonly dispatcher: RunDispatcher,
    private readonly keys: IdempotencyKeys,
    private readonly selection: SampleSelection,
    private readonly config: AppConfig,
  ) {}

  /**
   * Writes run, entries and shards in one transaction, then enqueues. The run is safe once this resolves.
   * @param idempotency a key that no other run may be created with.
   * @returns the run's id.
   * @throws AppError for an unknown benchmark or agent, for agents that could not answer as configured, for a
   * filter that no sample passes, for too few epochs, and `idempotency_in_progress` where the key is taken.
   */
  async create(
    workspaceId: string,
    { benchmark, agents: refs, config, limits = {} }: NewRun,
    idempotency?: IdempotentRequest,
  ): Promise<string> {
    const { version, benchmark: resolved } = await this.benchmarks.resolve(workspaceId, benchmark);
    if (resolved.status === 'archived') {
      throw AppError.conflict(
        'benchmark_archived',
        `Benchmark "${resolved.name}" is archived, so no run starts with it. Unarchive it first: POST /api/v1/benchmarks/${resolved.name}/unarchive.`,
      );
    }
    const problem = reductionProblem(reductionOf(version.definition.scoring), config.epochs);
    if (problem !== null) {
      throw AppError.invalid('too_few_epochs', `Benchmark "${resolved.name}": ${problem}`, [
        { path: 'epochs', message: problem },
      ]);
    }
    refuseImportedScoring(version.definition);
    const generation = { ...version.definition.generation, ...config };
    this.entrants.refuseUnknownServers(await this.benchmarks.toolServersOf(version));
    const others = await this.entrants.othersOf(workspaceId, version.definition);
    const agents = await this.entrants.choose(workspaceId, refs, generation, limits, others);
    this.entrants.refuseBatchedConversation(agents, version.definition);
    const wanted = Math.min(config.limit ?? version.sampleCount, version.sampleCount);
    const runId = newId();
    const first = await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO runs (id, workspace_id, benchmark_version_id, status, config, limits, sample_count, scorer_versions)
         VALUES ($1, $2, $3, 'queued', $4, $5, $6, $7)`,
        [runId, workspaceId, version.id, config, limits, wanted, scorerVersions(version.definition.scoring)],
      );
      if (idempotency) await this.keys.take(manager, workspaceId, idempotency, runId);
      const sampleCount = (await this.selection.select(manager, runId, version, config)) ?? wanted;
      const trials = countTrials(sampleCount, config.epochs);
      return planShards(manager, runId, this.config.engine, { agents, trials });
    });
    // Not awaited: the run is safe, and a queue that is away must not hold the answer up.
    void this.dispatcher.dispatch(runId, first);
    return runId;
  }
}
