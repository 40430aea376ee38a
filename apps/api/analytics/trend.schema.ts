import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { TREND_METRICS, type AgentTrend } from '#libs/analytics';
import type { ResolvedBenchmark } from '#libs/benchmarks';
import {
  benchmarkRef,
  periodShape,
  rankedBenchmarkSchema,
  share,
  toRankedBenchmarkJson,
} from './leaderboard.schema.js';

const trendQuerySchema = z.strictObject({
  benchmark: benchmarkRef.describe('An id, a name (the latest version) or name@version'),
  agent: z.string().min(1).max(300).optional().describe('A name; without, every agent'),
  ...periodShape,
});

const pointSchema = z.object({
  entry_id: z.uuid(),
  run_id: z.uuid(),
  agent_version: z.int(),
  completed_at: z.iso.datetime(),
  n: z.int(),
  score: share,
  ci_low: share.nullable(),
  ci_high: share.nullable(),
  latency_p50_ms: z.number().nullable(),
  cost_per_trial_usd: z.number().nullable(),
});

const metric = z
  .enum(TREND_METRICS)
  .describe('score is a share, latency the median in milliseconds, cost in US dollars a trial');

const seriesSchema = z.object({
  agent: z.string(),
  text: z.array(z.string()),
  points: z.array(pointSchema).describe('Oldest first'),
  left_out: z.int().describe('Entries under other conditions than the newest'),
  changes: z
    .array(z.object({ metric, entry_id: z.uuid(), before: z.number(), after: z.number() }))
    .describe('Where the mean jumped: the first entry after it, and the means on both sides'),
  drifts: z
    .array(
      z.object({
        metric,
        per_day: z.number(),
        ci_low: z.number(),
        ci_high: z.number(),
        p_value: share.describe('Adjusted by Holm over the metrics'),
      }),
    )
    .describe('Of metrics with eight points or more, and no jump'),
  anomalies: z
    .array(
      z.object({
        metric,
        entry_id: z.uuid(),
        value: z.number(),
        usual: z.number(),
        deviations: z.number().describe('Robust standard deviations between them'),
      }),
    )
    .describe('Entries far from the others around them'),
});

const trendsSchema = z.object({ benchmark: rankedBenchmarkSchema, series: z.array(seriesSchema) });

export class TrendQuery extends createZodDto(trendQuerySchema) {}
export class TrendsDto extends createZodDto(trendsSchema) {}

export const toTrendsJson = (
  benchmark: ResolvedBenchmark,
  trends: readonly AgentTrend[],
): z.infer<typeof trendsSchema> => ({
  benchmark: toRankedBenchmarkJson(benchmark),
  series: trends.map(({ agent, text, points, leftOut, changes, drifts, anomalies }) => ({
    agent,
    text,
    points: points.map((point) => ({
      entry_id: point.entryId,
      run_id: point.runId,
      agent_version: point.agentVersion,
      completed_at: point.at.toISOString(),
      n: point.n,
      score: point.score,
      ci_low: point.ciLow,
      ci_high: point.ciHigh,
      latency_p50_ms: point.latency,
      cost_per_trial_usd: point.cost,
    })),
    left_out: leftOut,
    changes: changes.map(({ place, ...change }) => ({ ...change, entry_id: points[place]!.entryId })),
    drifts: drifts.map(({ metric, perDay, interval, pValue }) => ({
      metric,
      per_day: perDay,
      ci_low: interval.low,
      ci_high: interval.high,
      p_value: pValue,
    })),
    anomalies: anomalies.map(({ place, ...anomaly }) => ({ ...anomaly, entry_id: points[place]!.entryId })),
  })),
});
