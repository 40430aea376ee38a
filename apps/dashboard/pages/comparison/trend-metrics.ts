import type { Series } from '../../api/types.js';
import { asLatency, asPercent, asUsd } from '../../ui/format.js';

type Point = Series['points'][number];

export interface TrendMetric {
  name: Series['changes'][number]['metric'];
  title: string;
  read: (point: Point) => number | null;
  format: (value: number | null | undefined) => string;
}

export const TREND_METRICS: readonly TrendMetric[] = [
  { name: 'score', title: 'Score', read: ({ score }) => score, format: asPercent },
  {
    name: 'latency',
    title: 'Median latency',
    read: ({ latency_p50_ms }) => latency_p50_ms,
    format: asLatency,
  },
  {
    name: 'cost',
    title: 'Cost per trial',
    read: ({ cost_per_trial_usd }) => cost_per_trial_usd,
    format: asUsd,
  },
];

export const metricOf = (name: string): TrendMetric =>
  TREND_METRICS.find((metric) => metric.name === name) as TrendMetric;
