import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AdapterRegistry, AgentsService, type AgentEntity, type AgentSpec } from '#libs/agents';
import { BenchmarksService } from '#libs/benchmarks';
import { AppError, newId, type InputError } from '#libs/common';
import { AppConfig } from '#libs/config';
import { scorerVersions } from '#libs/scoring';
import { IdempotencyKeys, type IdempotentRequest } from './idempotency-keys.js';
import type { RunConfig } from './run-config.js';
import { RunDispatcher } from './run-dispatcher.js';

export interface NewRun {
  /** An id, a name or `name@version`. */
  benchmark: string;
  /** Likewise; each agent once. */
  agents: string[];
  config: RunConfig;
}

/** Of one entry: trials are counted in 32 bits. */
const MAX_TRIALS = 2 ** 31 - 1;

/** One row for each shard, made by Postgres: an entry of a million trials costs no memory here. */
const PLAN_SHARDS = `
INSERT INTO shards (id, run_id, entry_id, position, trial_from, trial_to)
SELECT gen_random_uuid(), e.run_id, e.id, p, p * $2, least((p + 1) * $2, e.trials)
FROM run_entries e, generate_series(0, (e.trials - 1) / $2) AS p
WHERE e.run_id = $1`;

@Injectable()
export class RunCreator {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly agents: AgentsService,
    private readonly adapters: AdapterRegistry,
    private readonly benchmarks: BenchmarksService,
    private readonly dispatcher: RunDispatcher,
    private readonly keys: IdempotencyKeys,
    private readonly config: AppConfig,
  ) {}

  /**
   * Writes run, entries and shards in one transaction, then enqueues. The run is safe once this resolves.
   * @param idempotency a key that no other run may be created with.
   * @returns the run's id.
   * @throws AppError for an unknown benchmark or agent, for agents that could not answer as configured, and
   * `idempotency_in_progress` where the key is taken.
   */
  async create(workspaceId: string, run: NewRun, idempotency?: IdempotentRequest): Promise<string> {
    const { version } = await this.benchmarks.resolve(workspaceId, run.benchmark);
    const agents = await this.resolveAgents(workspaceId, run.agents);
    this.refuseUnready(agents);
    const sampleCount = Math.min(run.config.limit ?? version.sampleCount, version.sampleCount);
    const trials = sampleCount * run.config.epochs;
    if (trials > MAX_TRIALS) {
      throw AppError.invalid(
        'too_many_trials',
        `${sampleCount} samples × ${run.config.epochs} epochs are ${trials} trials for each agent; ${MAX_TRIALS} are the most. Set a limit or fewer epochs.`,
      );
    }
    const runId = newId();
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO runs (id, workspace_id, benchmark_version_id, status, config, sample_count, scorer_versions)
         VALUES ($1, $2, $3, 'queued', $4, $5, $6)`,
        [runId, workspaceId, version.id, run.config, sampleCount, scorerVersions(version.definition.scoring)],
      );
      if (idempotency) await this.keys.take(manager, workspaceId, idempotency, runId);
      await manager.query(
        `INSERT INTO run_entries (id, run_id, position, agent_id, agent, trials)
         SELECT e.id, $1, e.position - 1, (e.agent ->> 'id')::uuid, e.agent, $4
         FROM unnest($2::uuid[], $3::jsonb[]) WITH ORDINALITY AS e (id, agent, position)`,
        [runId, agents.map(newId), agents.map((agent) => JSON.stringify(agent)), trials],
      );
      await manager.query(PLAN_SHARDS, [runId, this.config.engine.shardSize]);
    });
    // Not awaited: the run is safe, and a queue that is away must not hold the answer up.
    void this.dispatcher.dispatch(runId);
    return runId;
  }

  private async resolveAgents(workspaceId: string, refs: string[]): Promise<AgentSpec[]> {
    const agents = await Promise.all(refs.map((ref) => this.agents.resolve(workspaceId, ref)));
    const twice = agents.find((agent, i) => agents.findIndex((other) => other.id === agent.id) < i);
    if (twice) {
      throw AppError.invalid(
        'duplicate_agent',
        `Agent "${twice.name}" is named twice. Name each once; use "epochs" to repeat trials.`,
      );
    }
    return agents.map(toSpec);
  }

  private refuseUnready(agents: AgentSpec[]): void {
    const errors: InputError[] = agents.flatMap((agent) =>
      this.adapters
        .factory(agent.adapter)
        .problems(agent)
        .map(({ message }) => ({ path: `agents.${agent.name}`, message })),
    );
    if (errors.length === 0) return;
    throw AppError.invalid(
      'agent_not_ready',
      `The run was not created: ${errors.map((error) => error.message).join(' ')}`,
      errors,
    );
  }
}

const toSpec = ({ id, name, adapter, model, settings }: AgentEntity): AgentSpec => ({
  id,
  name,
  adapter,
  model,
  settings,
});
