import type { DataSource } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import { writeRollup, type Outcome } from '#libs/results';
import { RunsReader, type RunView } from '#libs/runs';
import { scoringSpecSchema } from '#libs/scoring';

/** A trial: its score, or null for an error of the agent. */
export interface TrialRow {
  score: number | null;
  outcome?: Outcome;
  scores?: Record<string, { value: number; answer?: string | null }>;
  latencyMs?: number;
  ttftMs?: number;
  outputTokens?: number;
  costUsd?: number;
  attempts?: number;
  category?: string;
}

interface RunOptions {
  epochs?: number;
  ended?: boolean;
  /** Of the benchmark, where a run is its first. */
  scoring?: Record<string, unknown>;
  /** Of the samples, in their order. */
  metadata?: Record<string, unknown>[];
  /** Of the agents. */
  settings?: Record<string, unknown>;
}

export const scores = (...values: (number | null)[]): TrialRow[] => values.map((score) => ({ score }));

/** Writes runs as the engine leaves them. */
export class StoredRuns {
  private readonly versions = new Map<string, string>();
  private readonly agents = new Map<string, string>();

  constructor(private readonly dataSource: DataSource) {}

  /** A completed run; the trials of an agent are of samples s0, s1, … in order, each with `epochs` of them. */
  async insert(
    benchmark: string,
    entries: Record<string, TrialRow[]>,
    { epochs = 1, ended = true, scoring = {}, metadata = [], settings = {} }: RunOptions = {},
  ): Promise<string> {
    const runId = newId();
    await this.dataSource.query(
      `INSERT INTO runs (id, workspace_id, benchmark_version_id, status, config, scorer_versions, sample_count)
       VALUES ($1, $2, $3, 'completed', $4, '{}', 1)`,
      [runId, DEFAULT_WORKSPACE_ID, await this.versionOf(benchmark, scoring, metadata), { seed: 0, epochs }],
    );
    for (const [position, [name, trials]] of Object.entries(entries).entries()) {
      const [entryId, agentId] = [newId(), await this.agentOf(name)];
      const scored = trials.filter(({ score }) => score !== null).length;
      await this.dataSource.query(
        `INSERT INTO run_entries (id, run_id, position, agent_id, agent, status, trials, scored, agent_errors, cost_usd,
           completed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now())`,
        [
          entryId,
          runId,
          position,
          agentId,
          { id: agentId, name, adapter: 'replay', model: 'recorded', settings },
          ended ? 'completed' : 'processing',
          trials.length,
          scored,
          trials.length - scored,
          trials.reduce((sum, { costUsd = 0 }) => sum + costUsd, 0),
        ],
      );
      for (const [i, trial] of trials.entries()) await this.insertTrial(runId, entryId, i, epochs, trial);
      if (ended) await writeRollup(this.dataSource.manager, runId, entryId);
    }
    return runId;
  }

  async view(runId: string): Promise<RunView> {
    return new RunsReader(this.dataSource).get(DEFAULT_WORKSPACE_ID, runId);
  }

  private async insertTrial(
    runId: string,
    entryId: string,
    place: number,
    epochs: number,
    trial: TrialRow,
  ): Promise<void> {
    const { score, latencyMs = 1, attempts = 1, category = null } = trial;
    const ordinal = Math.floor(place / epochs);
    await this.dataSource.query(
      `INSERT INTO results (run_id, entry_id, ordinal, epoch, sample_id, category, outcome, score, latency_ms, attempts,
         scores, ttft_ms, output_tokens, cost_usd)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        runId,
        entryId,
        ordinal,
        (place % epochs) + 1,
        `s${ordinal}`,
        category,
        trial.outcome ?? (score === null ? 'agent_error' : 'scored'),
        score,
        latencyMs,
        attempts,
        trial.scores,
        trial.ttftMs,
        trial.outputTokens,
        trial.costUsd,
      ],
    );
  }

  private async versionOf(
    benchmark: string,
    scoring: RunOptions['scoring'],
    metadata: Record<string, unknown>[],
  ): Promise<string> {
    const known = this.versions.get(benchmark);
    if (known) return known;
    const [benchmarkId, versionId] = [newId(), newId()];
    await this.dataSource.query(
      `INSERT INTO benchmarks (id, workspace_id, name, title, description) VALUES ($1, $2, $3, $3, '')`,
      [benchmarkId, DEFAULT_WORKSPACE_ID, benchmark],
    );
    const definition = { scoring: scoringSpecSchema.parse({ scorers: [{ type: 'exact' }], ...scoring }) };
    await this.dataSource.query(
      `INSERT INTO benchmark_versions (id, benchmark_id, version, content_hash, definition, sample_count, categories)
       VALUES ($1, $2, 1, 'hash', $3, 1, '[]')`,
      [versionId, benchmarkId, definition],
    );
    await this.dataSource.query(
      `INSERT INTO samples (benchmark_version_id, ordinal, sample_id, input, targets, metadata)
       SELECT $1, place - 1, 's' || (place - 1), '', '[]', value FROM jsonb_array_elements($2) WITH ORDINALITY AS m (value, place)`,
      [versionId, JSON.stringify(metadata)],
    );
    this.versions.set(benchmark, versionId);
    return versionId;
  }

  private async agentOf(name: string): Promise<string> {
    const known = this.agents.get(name);
    if (known) return known;
    const id = newId();
    await this.dataSource.query(
      `INSERT INTO agents (id, workspace_id, name, version, adapter, model, settings, content_hash)
       VALUES ($1, $2, $3, 1, 'replay', 'recorded', '{}', 'hash')`,
      [id, DEFAULT_WORKSPACE_ID, name],
    );
    this.agents.set(name, id);
    return id;
  }
}
