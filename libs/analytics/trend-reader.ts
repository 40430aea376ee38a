import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import type { AgentSpec } from '#libs/agents';
import { groupBy } from '#libs/common';
import type { GroupStatistics } from '#libs/results';
import { CONDITIONS } from './conditions.js';
import { knownCost } from './entry-summary.js';
import { estimate, type ScoreEstimate } from './estimate.js';
import type { Period } from './leaderboard-reader.js';
import { trendOf, type Trend, type TrendPoint } from './trend.js';

export interface TrendFilter extends Period {
  /** An agent's name, all its versions. */
  agent?: string;
}

export interface EntryPoint extends TrendPoint, Pick<ScoreEstimate, 'n' | 'ciLow' | 'ciHigh'> {
  entryId: string;
  runId: string;
  agentVersion: number;
}

/** The completed entries of one agent, all its versions together, under the conditions of its newest. */
export interface AgentTrend extends Trend {
  agent: string;
  /** Oldest first. */
  points: EntryPoint[];
  /** Entries under other conditions. */
  leftOut: number;
}

/** The newest that are read. */
const MAX_POINTS = 2000;

/** Conditions belong to runs, and the spec by which an agent is priced to its id: neither is read once more for each entry. */
const pointsSql = (condition: string): string => `
WITH chosen AS MATERIALIZED (
  SELECT r.id, md5(${CONDITIONS}::text) AS conditions
  FROM runs r JOIN benchmark_versions v ON v.id = r.benchmark_version_id
  WHERE r.workspace_id = $1 AND r.benchmark_version_id = $2 AND r.rescores_run_id IS NULL
)
SELECT e.id AS "entryId", r.id AS "runId", a.id AS "agentId", a.name AS agent, a.version AS "agentVersion",
  CASE WHEN row_number() OVER (PARTITION BY a.id ORDER BY e.completed_at DESC, e.id DESC) = 1 THEN e.agent END AS spec,
  e.completed_at AS at, (u.latency_ms ->> 'p50')::double precision AS latency,
  (e.cost_usd / nullif(e.scored + e.agent_errors + e.infra_errors + e.unscored, 0))::double precision AS cost,
  u.n, u.mean, u.variance, u.is_binary AS "isBinary", u.figures -> 'clustered' AS clustered, r.conditions
FROM chosen r
JOIN run_entries e ON e.run_id = r.id
JOIN agents a ON a.id = e.agent_id
JOIN rollups u ON u.entry_id = e.id
WHERE e.status = 'completed' AND u.mean IS NOT NULL
  AND e.completed_at >= coalesce($3::timestamptz, '-infinity') AND e.completed_at < coalesce($4::timestamptz, 'infinity') ${condition}
ORDER BY e.completed_at DESC, e.id DESC
LIMIT $5`;

type Row = Omit<EntryPoint, keyof ScoreEstimate> &
  Omit<GroupStatistics, 'mean'> & {
    mean: number;
    isBinary: boolean;
    agentId: string;
    agent: string;
    spec: AgentSpec | null;
    conditions: string;
  };

/** Scores, latency and cost over time, from rollups alone. */
@Injectable()
export class TrendReader {
  /** What series show, by a digest of all that it follows from, so that none is ever of yesterday. */
  private readonly shown = new LRUCache<string, Trend>({ max: 1000 });

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** One series for each agent that has a completed entry on the benchmark version, by name. */
  async trends(
    workspaceId: string,
    versionId: string,
    { agent, since, until }: TrendFilter,
  ): Promise<AgentTrend[]> {
    const rows = await this.dataSource.query<Row[]>(pointsSql(agent === undefined ? '' : 'AND a.name = $6'), [
      ...[workspaceId, versionId, since ?? null, until ?? null, MAX_POINTS],
      ...(agent === undefined ? [] : [agent]),
    ]);
    const priced = new Set(
      rows.filter(({ spec }) => spec && knownCost(spec, 0) !== null).map(({ agentId }) => agentId),
    );
    return [...groupBy(rows, (row) => row.agent)]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, newestFirst]) => {
        const same = newestFirst.filter(({ conditions }) => conditions === newestFirst[0]!.conditions);
        const points = same.reverse().map((row) => toPoint(row, priced.has(row.agentId)));
        return { agent: name, points, leftOut: newestFirst.length - points.length, ...this.trendOf(points) };
      });
  }

  private trendOf(points: readonly EntryPoint[]): Trend {
    const figures = points.map(({ at, score, latency, cost }) => [at.getTime(), score, latency, cost]);
    const digest = createHash('sha256').update(JSON.stringify(figures)).digest('base64');
    const known = this.shown.get(digest) ?? trendOf(points);
    this.shown.set(digest, known);
    return known;
  }
}

function toPoint(row: Row, priced: boolean): EntryPoint {
  const { entryId, runId, agentVersion, at, mean, latency } = row;
  const { n, ciLow, ciHigh } = estimate(row, row.isBinary);
  return {
    entryId,
    runId,
    agentVersion,
    at,
    n,
    score: mean,
    ciLow,
    ciHigh,
    latency,
    cost: priced ? row.cost : null,
  };
}
