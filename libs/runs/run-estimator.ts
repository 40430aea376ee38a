import { Injectable } from '@nestjs/common';
import { AgentsService, type AgentEntity } from '#libs/agents';
import { BenchmarksService } from '#libs/benchmarks';
import { countTrials } from './plan-entries.js';
import type { NewRun } from './run-creator.js';
import type { RunConfig } from './run-config.js';
import { estimateEntry, type EntryEstimate } from './run-estimate.js';
import { RunsReader } from './runs-reader.js';

/** Runs that are looked through for one of the agent's. */
const RUNS = 50;

export interface RunEstimate {
  samples: number;
  /** Of all agents. */
  trials: number;
  /** Null where it is unknown of one agent. */
  costUsd: number | null;
  /** Likewise: agents run beside each other, so that the slowest takes as long as the run. */
  seconds: number | null;
  entries: (EntryEstimate & { agent: Pick<AgentEntity, 'id' | 'name' | 'version'> })[];
}

/** Says before a run is created what it will take, as far as runs of the same benchmark tell. */
@Injectable()
export class RunEstimator {
  constructor(
    private readonly agents: AgentsService,
    private readonly benchmarks: BenchmarksService,
    private readonly runs: RunsReader,
  ) {}

  /** @throws AppError for an unknown benchmark or agent, and for too many trials. */
  async estimate(
    workspaceId: string,
    {
      benchmark: ref,
      agents: refs,
      config: { epochs, limit = Infinity },
    }: Pick<NewRun, 'benchmark' | 'agents'> & { config: Pick<RunConfig, 'epochs' | 'limit'> },
  ): Promise<RunEstimate> {
    const { benchmark, version } = await this.benchmarks.resolve(workspaceId, ref);
    const filter = { benchmark: benchmark.id, status: 'completed' } as const;
    const [agents, { items: runs }] = await Promise.all([
      Promise.all(refs.map((agent) => this.agents.resolve(workspaceId, agent))),
      this.runs.list(workspaceId, { limit: RUNS }, filter),
    ]);
    const samples = Math.min(limit, version.sampleCount);
    const trials = countTrials(samples, epochs);
    const entries = agents.map((agent) => ({ agent, ...estimateEntry(agent, trials, runs) }));
    return {
      samples,
      trials: trials * agents.length,
      costUsd: ofAll(
        entries.map((entry) => entry.costUsd),
        (sum, one) => sum + one,
      ),
      seconds: ofAll(
        entries.map((entry) => entry.seconds),
        Math.max,
      ),
      entries,
    };
  }
}

/** Null where one of them is. */
const ofAll = (values: (number | null)[], merge: (one: number, other: number) => number): number | null =>
  values.reduce((merged, value) => (merged === null || value === null ? null : merge(merged, value)), 0);
