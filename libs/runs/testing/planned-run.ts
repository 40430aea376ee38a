import { DataSource } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import type { Trial } from '#libs/results';
import type { FinishedTrial } from '../execution/store-trials.js';
import type { Lease } from '../shard-store.js';

/** A run of one agent over `samples` samples, with shards of `shardSize` trials; rows only, nothing enqueued. */
export interface PlannedRun {
  runId: string;
  entryId: string;
  shardIds: string[];
}

export async function planRun(
  dataSource: DataSource,
  samples: number,
  shardSize: number,
): Promise<PlannedRun> {
  const [benchmarkId, versionId, agentId, runId, entryId] = Array.from({ length: 5 }, newId);
  await dataSource.query(
    `INSERT INTO benchmarks (id, workspace_id, name, title, description) VALUES ($1::uuid, $2, $1::uuid::text, '', '')`,
    [benchmarkId, DEFAULT_WORKSPACE_ID],
  );
  await dataSource.query(
    `INSERT INTO benchmark_versions (id, benchmark_id, version, content_hash, definition, sample_count, categories)
     VALUES ($1, $2, 1, '', '{"scoring": {"extractions": {}, "scorers": [{"type": "exact", "weight": 1}]}}', $3, '[]')`,
    [versionId, benchmarkId, samples],
  );
  await dataSource.query(
    `INSERT INTO agents (id, workspace_id, name, version, adapter, model, settings, content_hash)
     VALUES ($1::uuid, $2, $1::uuid::text, 1, 'baseline', 'constant', '{}', '')`,
    [agentId, DEFAULT_WORKSPACE_ID],
  );
  await dataSource.query(
    `INSERT INTO runs (id, workspace_id, benchmark_version_id, status, config, scorer_versions, sample_count)
     VALUES ($1, $2, $3, 'queued', '{"seed": 0, "epochs": 1}', '{}', $4)`,
    [runId, DEFAULT_WORKSPACE_ID, versionId, samples],
  );
  await dataSource.query(
    `INSERT INTO run_entries (id, run_id, position, agent_id, agent, trials) VALUES ($1, $2, 0, $3, '{}', $4)`,
    [entryId, runId, agentId, samples],
  );
  const shards = await dataSource.query<{ id: string }[]>(
    `WITH planned AS (
       INSERT INTO shards (id, run_id, entry_id, position, trial_from, trial_to)
       SELECT gen_random_uuid(), $1, $2, p, p * $4, least((p + 1) * $4, $3) FROM generate_series(0, ($3 - 1) / $4) AS p
       RETURNING id, position)
     SELECT id FROM planned ORDER BY position`,
    [runId, entryId, samples, shardSize],
  );
  return { runId: runId as string, entryId: entryId as string, shardIds: shards.map((shard) => shard.id) };
}

/** A scored trial with nothing special about it. */
export const trialOf = (ordinal: number, change: Partial<Trial> = {}): Trial => ({
  ordinal,
  epoch: 1,
  sampleId: `s${ordinal}`,
  category: 'c',
  outcome: 'scored',
  score: 1,
  scores: { exact: { value: 1, answer: 'a' } },
  latencyMs: 10,
  ttftMs: null,
  inputTokens: 3,
  outputTokens: 2,
  costUsd: 0.000001,
  attempts: 1,
  errorCode: null,
  messages: [{ role: 'user', content: 'q' }],
  output: 'a',
  toolCalls: null,
  finishReason: 'stop',
  rawId: null,
  error: null,
  explanations: { exact: 'same' },
  steps: null,
  state: null,
  verdicts: null,
  ...change,
});

/** It under a lease, for the store. */
export const finished = (lease: Lease, trial: Trial, more: Partial<FinishedTrial> = {}): FinishedTrial => ({
  lease,
  trial,
  failed: { rateLimited: 0, inputTokens: 0, outputTokens: 0, usd: 0 },
  reserved: { usd: 0, tokens: 0 },
  ...more,
});
