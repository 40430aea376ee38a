import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { Leaderboard, RankedEntry, WinRate } from '#libs/analytics';
import type { ResolvedBenchmark } from '#libs/benchmarks';
import {
  clusterAnswer,
  clusterBy,
  comparedEntrySchema,
  listOf,
  toComparedEntryJson,
} from './compare.schema.js';

export const benchmarkRef = z.string().min(1).max(300);
export const periodShape = {
  since: z.iso.datetime({ offset: true }).optional().describe('Entries that completed from then on'),
  until: z.iso.datetime({ offset: true }).optional().describe('Entries that completed before'),
};

const leaderboardQuerySchema = z.strictObject({
  benchmark: benchmarkRef.describe('An id, a name (the latest version) or name@version'),
  category: z.string().min(1).max(300).optional().describe('Only samples of this category count'),
  tag: z.string().min(1).max(300).optional().describe('Only samples with this tag count'),
  cluster: clusterBy,
  ...periodShape,
});

const winRatesQuerySchema = z.strictObject({
  benchmarks: listOf(benchmarkRef, 2, 20).describe('Names or name@version'),
  ...periodShape,
});

export const share = z.number().min(0).max(1);
export const rankedBenchmarkSchema = z.object({
  name: z.string(),
  version: z.int(),
  content_hash: z.string(),
});
const entrySchema = comparedEntrySchema.extend({ completed_at: z.iso.datetime() });

const standingSchema = entrySchema.extend({
  rank: z.int().describe('1 + the agents with a higher score'),
  rank_low: z.int().describe('The best rank that the tests leave open, at 95 % for all ranks together'),
  rank_high: z.int().describe('The worst'),
  tied_with: z.array(z.uuid()).describe('Entries that paired tests, adjusted by Holm, do not tell from it'),
  n: z.int().describe('Samples with a score'),
  score: share,
  ci_low: share.nullable(),
  ci_high: share.nullable(),
  elo: z
    .object({ rating: z.number(), ci_low: z.number().nullable(), ci_high: z.number().nullable() })
    .nullable()
    .describe(
      'Bradley–Terry over who scored higher on each sample: 1000 is the mean, 400 points are odds of ten to one; encounters on one sample, or on samples of one cluster, count as one. Null where no finite rating is the likeliest',
    ),
  cost_per_trial_usd: z.number().nullable(),
  latency_p50_ms: z.number().nullable(),
  pareto: z.boolean().describe('No other is at least as good, cheap and fast, and better in one of them'),
});

const leaderboardSchema = z.object({
  benchmark: rankedBenchmarkSchema,
  cluster: clusterAnswer,
  text: z.string(),
  entries: z.array(standingSchema).describe('Best first; of each agent its newest entry'),
  left_out: z.array(entrySchema.extend({ reason: z.string() })),
});

const winRatesSchema = z.object({
  benchmarks: z.array(rankedBenchmarkSchema),
  agents: z.array(
    z.object({
      agent: z.string(),
      agent_version: z.int(),
      mean_win_rate: share
        .nullable()
        .describe('Of other agents beaten, averaged over benchmarks; ties count half'),
      scores: z.array(share.nullable()).describe('By benchmark; null where it took no part'),
    }),
  ),
});

export class LeaderboardQuery extends createZodDto(leaderboardQuerySchema) {}
export class LeaderboardDto extends createZodDto(leaderboardSchema) {}
export class WinRatesQuery extends createZodDto(winRatesQuerySchema) {}
export class WinRatesDto extends createZodDto(winRatesSchema) {}

export const toPeriod = ({ since, until }: { since?: string; until?: string }) => ({
  since: since === undefined ? undefined : new Date(since),
  until: until === undefined ? undefined : new Date(until),
});

export const toRankedBenchmarkJson = ({ benchmark, version }: ResolvedBenchmark) => ({
  name: benchmark.name,
  version: version.version,
  content_hash: version.contentHash,
});

const toEntryJson = (entry: RankedEntry) => ({
  ...toComparedEntryJson(entry),
  completed_at: entry.completedAt.toISOString(),
});

export function toLeaderboardJson(
  benchmark: ResolvedBenchmark,
  { standings, leftOut, clusterBy, text }: Leaderboard,
): z.infer<typeof leaderboardSchema> {
  const idAt = new Map(standings.map(({ place, entry }) => [place, entry.entryId]));
  return {
    benchmark: toRankedBenchmarkJson(benchmark),
    cluster: clusterBy,
    text,
    entries: standings.map(({ entry, elo, ...standing }) => ({
      ...toEntryJson(entry),
      rank: standing.rank,
      rank_low: standing.best,
      rank_high: standing.worst,
      tied_with: standing.tiedWith.map((place) => idAt.get(place)!),
      n: standing.n,
      score: standing.score!,
      ci_low: standing.ciLow,
      ci_high: standing.ciHigh,
      elo: elo && {
        rating: elo.rating,
        ci_low: elo.interval?.low ?? null,
        ci_high: elo.interval?.high ?? null,
      },
      cost_per_trial_usd: standing.costPerTrial,
      latency_p50_ms: entry.latencyP50,
      pareto: standing.onParetoFront,
    })),
    left_out: leftOut.map(({ entry, reason }) => ({ ...toEntryJson(entry), reason })),
  };
}

export const toWinRatesJson = (
  benchmarks: readonly ResolvedBenchmark[],
  rates: readonly WinRate[],
): z.infer<typeof winRatesSchema> => ({
  benchmarks: benchmarks.map(toRankedBenchmarkJson),
  agents: rates.map(({ agent, agentVersion, meanWinRate, scores }) => ({
    agent,
    agent_version: agentVersion,
    mean_win_rate: meanWinRate,
    scores,
  })),
});
