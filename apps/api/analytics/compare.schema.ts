import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import {
  COMPARABILITY,
  MARGIN,
  NO_CLUSTERS,
  type EntryComparison,
  type EntryFacts,
  type Flips,
} from '#libs/analytics';
import { isStorable } from '#libs/common';
import { CLUSTER_BY } from '#libs/scoring';

/** "a,b" in a query. */
export const listOf = <Item extends z.ZodType<unknown, string>>(item: Item, least: number, most: number) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(item).min(least).max(most))
    .meta({ pattern: `^[^,]+(,[^,]+){${least - 1},${most - 1}}$` });

export const reference = z.uuid();
export const ALLOW =
  'Differences to bear: benchmark (content), scorers (versions), settings (of generation); else they are refused';

export const clusterBy = z
  .string()
  .refine(
    (by) => by === NO_CLUSTERS || CLUSTER_BY.test(by),
    'Name "category", a field as "metadata.passage", or "none"',
  )
  .refine(isStorable, 'holds a NUL character or half of a surrogate pair')
  .optional()
  .meta({
    pattern: `^(${NO_CLUSTERS}|${CLUSTER_BY.source.slice(1, -1)})$`,
    description:
      'What like samples have in common, which makes intervals cluster-robust: category, or a field as metadata.passage. Without, what cluster_by of the benchmark says; none takes each sample for itself',
  });
export const clusterAnswer = z
  .string()
  .nullable()
  .describe('What like samples were taken to have in common; null where each is for itself');

const compareQuerySchema = z.strictObject({
  entries: listOf(reference, 2, 20).describe(
    'Ids of entries, or of runs with one entry; each is compared with every later one, its baseline',
  ),
  score_set: listOf(reference, 1, 20)
    .optional()
    .describe('Score sets by which the entries of their runs are compared'),
  cluster: clusterBy,
  margin: z.coerce
    .number()
    .gt(0)
    .max(1)
    .default(MARGIN)
    .describe('The smallest difference that matters, as a share'),
  bootstrap: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Adds a seeded paired bootstrap; for two entries'),
  allow: listOf(z.enum(COMPARABILITY), 1, COMPARABILITY.length).optional().describe(ALLOW),
});

const share = z.number().min(0).max(1);
const difference = z.number().min(-1).max(1);
const probability = share.nullable();

const flipsSchema = z.object({
  count: z.int(),
  sample_ids: z.array(z.string()).describe('The first 100'),
});

const pairSchema = z.object({
  candidate: z.uuid(),
  baseline: z.uuid(),
  verdict: z.enum(['better', 'worse', 'no_difference_shown', 'inconclusive']),
  settled_by: z
    .int()
    .nullable()
    .describe('Samples that an inconclusive verdict would end at, with a chance of 80 %'),
  text: z.string(),
  n: z.int().describe('Samples that both have a score for; epochs are averaged first'),
  only_candidate: z.int().describe('Samples left out, since the baseline has no score for them'),
  only_baseline: z.int(),
  candidate_score: share,
  baseline_score: share,
  delta: difference.describe('candidate − baseline'),
  standard_error: z.number().nullable(),
  ci_low: z.number().nullable().describe('Of the delta, 95 %'),
  ci_high: z.number().nullable(),
  p_value: probability.describe('Two-sided, not adjusted'),
  p_holm: probability.describe('Adjusted over all pairs; the verdict is by it. Null with one pair'),
  p_benjamini_hochberg: probability,
  method: z.enum(['mcnemar', 'paired_t', 'cluster_robust_t']),
  correlation: difference.nullable().describe('Of the scores over samples: what pairing gains'),
  wins: z.int(),
  ties: z.int(),
  losses: z.int(),
  gained: flipsSchema.describe('Samples with a score from 0.5 on with the candidate alone'),
  lost: flipsSchema,
  bootstrap: z
    .object({ resamples: z.int(), ci_low: z.number(), ci_high: z.number(), p_value: share })
    .nullable()
    .describe('Null unless asked for, where all differences are equal and above 50,000 samples'),
});

export const comparedEntrySchema = z.object({
  id: z.uuid(),
  run_id: z.uuid(),
  rescores_entry_id: z.uuid().nullable().describe('Of a score set: the entry whose outputs it scores'),
  agent: z.string(),
  agent_version: z.int(),
  benchmark: z.string(),
  benchmark_version: z.int(),
  content_hash: z.string(),
});

const comparisonSchema = z.object({
  entries: z.array(comparedEntrySchema),
  differences: z.array(z.string()).describe('What the entries differ in besides their agents, as allowed'),
  confidence: z.number(),
  margin: z.number(),
  cluster: clusterAnswer,
  pairs: z.array(pairSchema),
});

export class CompareQuery extends createZodDto(compareQuerySchema) {}
export class ComparisonDto extends createZodDto(comparisonSchema) {}

export const toComparedEntryJson = (entry: EntryFacts): z.infer<typeof comparedEntrySchema> => ({
  id: entry.entryId,
  run_id: entry.runId,
  rescores_entry_id: entry.rescores?.entryId ?? null,
  agent: entry.agent.name,
  agent_version: entry.agentVersion,
  benchmark: entry.benchmark,
  benchmark_version: entry.benchmarkVersion,
  content_hash: entry.contentHash,
});

const toFlipsJson = ({ count, sampleIds }: Flips) => ({ count, sample_ids: sampleIds });

export const toPairJson = (pair: EntryComparison): z.infer<typeof pairSchema> => ({
  candidate: pair.candidate,
  baseline: pair.baseline,
  verdict: pair.verdict,
  settled_by: pair.settledBy,
  text: pair.text,
  n: pair.n,
  only_candidate: pair.onlyCandidate,
  only_baseline: pair.onlyBaseline,
  candidate_score: pair.candidateMean,
  baseline_score: pair.baselineMean,
  delta: pair.estimate,
  standard_error: pair.standardError,
  ci_low: pair.interval?.low ?? null,
  ci_high: pair.interval?.high ?? null,
  p_value: pair.pValue,
  p_holm: pair.pHolm,
  p_benjamini_hochberg: pair.pBenjaminiHochberg,
  method: pair.method,
  correlation: pair.correlation,
  wins: pair.wins,
  ties: pair.ties,
  losses: pair.losses,
  gained: toFlipsJson(pair.gained),
  lost: toFlipsJson(pair.lost),
  bootstrap: pair.bootstrap && {
    resamples: pair.bootstrap.resamples,
    ci_low: pair.bootstrap.interval.low,
    ci_high: pair.bootstrap.interval.high,
    p_value: pair.bootstrap.pValue,
  },
});
