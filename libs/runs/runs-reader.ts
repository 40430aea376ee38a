import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { AgentSpec } from '#libs/agents';
import { AppError, decodeCursor, isId, LAST_ID, toPage, type Page, type PageRequest } from '#libs/common';
import type { RollupEntity, RollupFigures } from '#libs/results';
import type { RunOrigin } from './transfer/run-file.js';
import type { RunConfig } from './run-config.js';
import type { RunLimits } from './run-limits.js';
import type { EntryStatus, RunStatus } from './run-state.js';

/** An entry with its counters, and its rollup, or what is read of it, once it has ended. */
export interface EntryView<R = Rollup> {
  id: string;
  agent: AgentSpec;
  agentVersion: number;
  status: EntryStatus;
  errorCode: string | null;
  error: string | null;
  trials: number;
  scored: number;
  agentErrors: number;
  infraErrors: number;
  unscored: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  /** By which prices; null where unknown. */
  priceVersion: string | null;
  /** Calls that the provider refused for its rate limit. */
  rateLimited: number;
  rollup: R | null;
}

export type Rollup = Pick<
  RollupEntity,
  | 'n'
  | 'mean'
  | 'variance'
  | 'isBinary'
  | 'perCategory'
  | 'perScorer'
  | 'latencyMs'
  | 'ttftMs'
  | 'consistency'
  | 'reduction'
  | 'figures'
>;

/** What a score and its interval follow from. */
export type RollupScore = Pick<Rollup, 'n' | 'mean' | 'variance' | 'isBinary'> & {
  figures: Pick<RollupFigures, 'clustered'> | null;
};

export interface RunView<R = Rollup> {
  id: string;
  status: RunStatus;
  config: RunConfig;
  limits: RunLimits;
  /** Scorer name → version. */
  scorerVersions: Record<string, number>;
  sampleCount: number;
  error: string | null;
  /** Why it is paused. */
  pause: { code: string; message: string } | null;
  /** Seconds that it was processing, pauses apart. */
  activeSeconds: number;
  /** Of a score set: the run whose outputs it scores. */
  rescores: string | null;
  createdAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
  /** Null where it was run here. */
  importedFrom: RunOrigin | null;
  importedAt: Date | null;
  benchmark: {
    id: string;
    name: string;
    title: string;
    version: number;
    versionId: string;
    contentHash: string;
  };
  entries: EntryView<R>[];
}

/** A run in a list: of its rollups, which are nearly all of a run, the scores. */
export type RunOverview = RunView<RollupScore>;

/** What is asked of runs most; without settings and rollups, which are nearly all of a run. */
export interface RunOutline extends Pick<RunView, 'id' | 'status' | 'startedAt' | 'completedAt'> {
  benchmark: Pick<RunView['benchmark'], 'name'>;
  entries: EntryOutline[];
}

export interface EntryOutline extends Counters {
  id: string;
  agent: Pick<AgentSpec, 'id' | 'name'>;
}

type Counters = Pick<EntryView, 'status' | 'trials' | 'scored' | 'agentErrors' | 'infraErrors' | 'unscored'>;

export interface RunFilter {
  status?: RunStatus;
  benchmark?: string;
}

const COUNTERS = `'id', e.id, 'status', e.status, 'trials', e.trials, 'scored', e.scored,
      'agentErrors', e.agent_errors, 'infraErrors', e.infra_errors, 'unscored', e.unscored`;

/** @param rollup what is read of one. */
const viewSql = (rollup: string): string => `
SELECT r.id, r.status, r.config, r.limits, r.sample_count AS "sampleCount", r.scorer_versions AS "scorerVersions", r.error, r.rescores_run_id AS rescores, r.created_at AS "createdAt",
  CASE WHEN r.status = 'paused' THEN jsonb_build_object('code', r.pause_code, 'message', r.pause_reason) END AS pause,
  r.active_seconds + coalesce(extract(epoch FROM now() - r.active_since), 0)::double precision AS "activeSeconds",
  r.started_at AS "startedAt", r.completed_at AS "completedAt",
  r.imported_from AS "importedFrom", r.imported_at AS "importedAt",
  jsonb_build_object('id', b.id, 'name', b.name, 'title', b.title, 'version', v.version, 'versionId', v.id,
    'contentHash', v.content_hash) AS benchmark,
  (SELECT json_agg(json_build_object(
      ${COUNTERS}, 'agent', e.agent, 'agentVersion', a.version, 'errorCode', e.error_code, 'error', e.error,
      'inputTokens', e.input_tokens,
      'outputTokens', e.output_tokens, 'costUsd', e.cost_usd::double precision,
      'priceVersion', e.price_version, 'rateLimited', e.rate_limited,
      'rollup', CASE WHEN u.entry_id IS NOT NULL THEN json_build_object(
        'n', u.n, 'mean', u.mean, 'variance', u.variance, 'isBinary', u.is_binary, ${rollup}) END
    ) ORDER BY e.position)
   FROM run_entries e JOIN agents a ON a.id = e.agent_id LEFT JOIN rollups u ON u.entry_id = e.id
   WHERE e.run_id = r.id) AS entries
FROM runs r
JOIN benchmark_versions v ON v.id = r.benchmark_version_id
JOIN benchmarks b ON b.id = v.benchmark_id
WHERE r.workspace_id = $1`;

const OVERVIEW = viewSql(`'figures', json_build_object('clustered', u.figures -> 'clustered')`);
const VIEW = viewSql(`'perCategory', u.per_category, 'perScorer', u.per_scorer, 'latencyMs', u.latency_ms,
        'ttftMs', u.ttft_ms, 'consistency', u.consistency, 'reduction', u.reduction, 'figures', u.figures`);

const OUTLINE = `
SELECT r.id, r.status, r.started_at AS "startedAt", r.completed_at AS "completedAt",
  (SELECT json_build_object('name', b.name) FROM benchmark_versions v JOIN benchmarks b ON b.id = v.benchmark_id
   WHERE v.id = r.benchmark_version_id) AS benchmark,
  (SELECT json_agg(json_build_object(${COUNTERS}, 'agent',
      json_build_object('id', e.agent_id, 'name', e.agent ->> 'name')) ORDER BY e.position)
   FROM run_entries e WHERE e.run_id = r.id) AS entries
FROM runs r WHERE r.workspace_id = $1 AND r.id = $2`;

/** Trials of the run that are stored, whatever their outcome. */
export const storedTrials = (entry: Counters): number =>
  entry.scored + entry.agentErrors + entry.infraErrors + entry.unscored;

/** How much of the run is done, 0 … 1. Entries that ended early count as done. */
export function progressOf(run: { entries: Counters[] }): number {
  const shares = run.entries.map((entry) =>
    entry.status === 'processing' || entry.status === 'paused' ? storedTrials(entry) / entry.trials : 1,
  );
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The read model of runs. It never reads `results`. */
@Injectable()
export class RunsReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Newest first; without score sets. */
  async list(workspaceId: string, page: PageRequest, filter: RunFilter = {}): Promise<Page<RunOverview>> {
    const { status, benchmark } = filter;
    return this.page<RunOverview>(OVERVIEW, workspaceId, page, (place) => [
      'r.rescores_run_id IS NULL',
      ...(status === undefined ? [] : [`r.status = ${place(status)}`]),
      ...(benchmark === undefined ? [] : [`${place(benchmark)} IN (b.name, b.id::text)`]),
    ]);
  }

  /** The runs that are score sets of a run, newest first. */
  async scoreSets(workspaceId: string, runId: string, page: PageRequest): Promise<Page<RunView>> {
    return this.page<RunView>(VIEW, workspaceId, page, (place) => [`r.rescores_run_id = ${place(runId)}`]);
  }

  private async page<R extends { id: string }>(
    view: string,
    workspaceId: string,
    { cursor, limit }: PageRequest,
    conditionsOf: (place: (value: string) => string) => string[],
  ): Promise<Page<R>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.uuid()]))[0];
    const parameters: unknown[] = [workspaceId, before, limit + 1];
    const conditions = conditionsOf((value) => `$${parameters.push(value)}`);
    const rows = await this.dataSource.query<R[]>(
      `${view} AND r.id < coalesce($2::uuid, '${LAST_ID}') AND ${conditions.join(' AND ')} ORDER BY r.id DESC LIMIT $3`,
      parameters,
    );
    return toPage(rows, limit, (row) => [row.id]);
  }

  /** @throws AppError `run_not_found` */
  async get(workspaceId: string, runId: string): Promise<RunView> {
    return this.one(`${VIEW} AND r.id = $2`, workspaceId, runId);
  }

  /** @throws AppError `run_not_found` */
  async outline(workspaceId: string, runId: string): Promise<RunOutline> {
    return this.one(OUTLINE, workspaceId, runId);
  }

  private async one<T>(sql: string, workspaceId: string, runId: string): Promise<T> {
    const [run] = isId(runId) ? await this.dataSource.query<T[]>(sql, [workspaceId, runId]) : [];
    if (run) return run;
    throw AppError.notFound('run_not_found', `There is no run "${runId}". See GET /api/v1/runs.`);
  }

  /** Whether any run was made with this version of an agent, so that it must not change any more. */
  async usesAgent(agentId: string): Promise<boolean> {
    const [entry] = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM run_entries WHERE agent_id = $1 LIMIT 1',
      [agentId],
    );
    return entry !== undefined;
  }
}
