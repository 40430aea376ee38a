import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { AgentSpec } from '#libs/agents';
import { groupBy } from '#libs/common';
import type { Rollup } from '#libs/runs';
import { toAccuracy, type Accuracy } from './accuracy.js';
import { knownCost, scoreOf } from './entry-summary.js';
import { trendOf } from './trend.js';

export interface HistoryFilter {
  /** At most 100. */
  limit: number;
  /** A benchmark's name. */
  benchmark?: string;
  /** An agent's name, all its versions. */
  agent?: string;
}

/** One ended entry. Accuracies 0 … 100, latency in seconds. */
export interface HistoryPoint extends Accuracy {
  run_id: string;
  benchmark: string;
  version: number;
  agent: string;
  agent_version: number;
  /** An entry that failed or was cancelled has the accuracy of the samples it came to. */
  status: 'completed' | 'failed' | 'cancelled';
  completed_at: Date;
  latency_avg: number | null;
  /** Null where the price of the agent's model is unknown. */
  cost_usd: number | null;
  /** By how much the mean accuracy shifted with this entry, in the series of its agent and benchmark version; else null. */
  accuracy_change: number | null;
  /** Whether accuracy or latency is far from what is usual in that series. */
  anomaly: boolean;
}

type Row = Omit<HistoryPoint, keyof Accuracy | 'cost_usd' | 'accuracy_change' | 'anomaly'> &
  Pick<Rollup, 'n' | 'mean' | 'variance' | 'isBinary' | 'figures'> & { spec: AgentSpec; costUsd: number };

const HISTORY = `
SELECT r.id AS run_id, b.name AS benchmark, v.version, a.name AS agent, a.version AS agent_version, e.status,
  e.completed_at, (u.latency_ms ->> 'mean')::double precision / 1000 AS latency_avg,
  e.agent AS spec, e.cost_usd::double precision AS "costUsd", u.n, u.mean, u.variance, u.is_binary AS "isBinary", u.figures
FROM runs r
JOIN benchmark_versions v ON v.id = r.benchmark_version_id
JOIN benchmarks b ON b.id = v.benchmark_id
JOIN run_entries e ON e.run_id = r.id
JOIN agents a ON a.id = e.agent_id
JOIN rollups u ON u.entry_id = e.id
WHERE r.workspace_id = $1 AND r.rescores_run_id IS NULL AND ($3::text IS NULL OR b.name = $3) AND ($4::text IS NULL OR a.name = $4)
ORDER BY r.id DESC, e.position
LIMIT $2`;

/** The course of scores over time, from rollups alone. */
@Injectable()
export class HistoryReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** One point for each ended entry: the newest run first, its entries in their order. */
  async history(workspaceId: string, { limit, benchmark, agent }: HistoryFilter): Promise<HistoryPoint[]> {
    const rows = await this.dataSource.query<Row[]>(HISTORY, [
      workspaceId,
      limit,
      benchmark ?? null,
      agent ?? null,
    ]);
    const points = rows.map(({ n, mean, variance, isBinary, figures, spec, costUsd, ...point }) => ({
      ...point,
      cost_usd: knownCost(spec, costUsd),
      ...toAccuracy(scoreOf({ n, mean, variance, isBinary, figures })),
      accuracy_change: null,
      anomaly: false,
    }));
    groupBy(points, ({ benchmark, version, agent }) => `${benchmark}@${version} ${agent}`).forEach(markTrend);
    return points;
  }
}

/** @param series of one agent and benchmark version, newest first. */
function markTrend(series: HistoryPoint[]): void {
  const completed = series
    .filter(({ status, accuracy }) => status === 'completed' && accuracy !== null)
    .sort((a, b) => a.completed_at.getTime() - b.completed_at.getTime());
  const { changes, anomalies } = trendOf(
    completed.map(({ completed_at, accuracy, latency_avg }) => ({
      at: completed_at,
      score: accuracy! / 100,
      latency: latency_avg,
      cost: null,
    })),
  );
  for (const { metric, place, before, after } of changes) {
    if (metric === 'score') completed[place]!.accuracy_change = (after - before) * 100;
  }
  for (const { place } of anomalies) completed[place]!.anomaly = true;
}
