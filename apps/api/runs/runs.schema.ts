import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import {
  scoreOf,
  summarizeEntry,
  THRESHOLD_RESULTS,
  type EntrySummary,
  type ScoreEstimate,
} from '#libs/analytics';
import { OUTCOMES, type Distribution } from '#libs/results';
import {
  ENTRY_STATUSES,
  progressOf,
  RUN_STATUSES,
  runConfigSchema,
  runLimitsSchema,
  runOriginSchema,
  storedTrials,
  type EntryView,
  type RunOverview,
  type RunProgressView,
  type RunView,
} from '#libs/runs';
import { pageOf, pageQuerySchema } from '../http/page.schema.js';

const newRunSchema = z
  .strictObject({
    benchmark: z.string().min(1).max(300).describe('An id, a name (latest version) or name@version'),
    agents: z.array(z.string().min(1).max(300)).min(1).max(50).describe('Ids, names or name@version'),
    ...runConfigSchema.shape,
    ...runLimitsSchema.shape,
  })
  .meta({
    examples: [
      { benchmark: 'reasoning-v1', agents: ['baseline-calculator', 'gpt-5-mini'], epochs: 3, seed: 7 },
    ],
  });

const runQuerySchema = pageQuerySchema.extend({
  status: z.enum(RUN_STATUSES).optional(),
  benchmark: z.string().max(300).optional().describe('A name or an id'),
});

const fraction = z.number().min(0).max(1).nullable();
const milliseconds = z.number().min(0).nullable();

const groupSchema = { n: z.int(), score: fraction, ci_low: fraction, ci_high: fraction };

const distribution = (definition: string, text: string) =>
  z
    .object({
      definition: z.literal(definition).describe('What is measured and how: docs/metrics.md'),
      mean: z.number(),
      p50: z.number(),
      p90: z.number(),
      p95: z.number(),
      p99: z.number(),
      max: z.number(),
    })
    .nullable()
    .describe(`${text}; null where no answer has it`);

const passSchema = z.object({ value: z.number().min(0).max(1), ci_low: fraction, ci_high: fraction });

export const summarySchema = z.object({
  ...groupSchema,
  reducer: z.string().describe("What a sample's epochs come to in the score, such as mean or pass_at_3"),
  per_reducer: z
    .array(z.object({ reducer: z.string(), ...groupSchema }))
    .describe('By each reducer of the benchmark; the first is the score'),
  pass_threshold: fraction.describe('The score that the benchmark asks for'),
  threshold_result: z
    .enum(THRESHOLD_RESULTS)
    .nullable()
    .describe(
      'passed: the whole interval is at or above it; failed: below. Null without one, or an early end',
    ),
  score_worst_case: fraction.describe('Were every trial without a score wrong'),
  score_best_case: fraction.describe('Were every trial without a score right'),
  outcomes: z.object({
    scored: z.int(),
    agent_error: z.int(),
    infra_error: z.int(),
    unscored: z.int(),
  }),
  per_category: z.array(z.object({ category: z.string(), ...groupSchema })),
  per_scorer: z.array(z.object({ scorer: z.string(), ...groupSchema })),
  correct: z.int().nullable().describe('Samples answered correctly; null unless each is right or wrong'),
  consistency: fraction.describe('Agreement over epochs; null with one epoch'),
  latency_mean_ms: milliseconds,
  latency_p50_ms: milliseconds,
  latency_p95_ms: milliseconds,
  latency_p99_ms: milliseconds,
  ttft_p50_ms: milliseconds,
  latency: distribution('latency.end_to_end.v1', 'Milliseconds from request to the whole answer'),
  ttft: distribution('latency.ttft.v1', 'Milliseconds from request to the first token'),
  output_tokens_per_s: distribution(
    'throughput.output_tokens_per_s.v1',
    'Output tokens by the time from request to the whole answer',
  ),
  cluster_by: z.string().nullable().describe('What like samples have in common, as intervals allow for'),
  pass_at_k: z
    .array(z.object({ k: z.int(), samples: z.int(), pass_at: passSchema, pass_k: passSchema }))
    .describe('Chances that at least one, and that all of k trials pass; empty where not known'),
  variance: z
    .object({ between: z.number().nullable(), within: z.number().nullable(), between_share: fraction })
    .nullable()
    .describe('Of scores, between samples and between the epochs of one; null with one epoch'),
  agreement: z
    .object({ samples: z.int(), unanimous: fraction, pairwise: fraction })
    .nullable()
    .describe(
      'Shares of samples whose epochs all, and of pairs of epochs that score alike; null with one epoch',
    ),
  tokens_per_trial: z.number().nullable().describe('Input and output tokens of an answered trial'),
  cost_usd: z.number().nullable().describe('Null where the price of the model is unknown'),
  cost_per_correct_usd: z.number().nullable(),
  cost_per_correct_ci_low: z.number().nullable().describe('95 % interval; null where it has no bound'),
  cost_per_correct_ci_high: z.number().nullable(),
});

const entrySchema = z.object({
  id: z.uuid(),
  agent: z.object({
    id: z.uuid(),
    name: z.string(),
    version: z.int(),
    adapter: z.string(),
    model: z.string(),
  }),
  status: z.enum(ENTRY_STATUSES),
  error_code: z
    .string()
    .nullable()
    .describe('Why it failed or is paused; while it is processing, what holds it up'),
  error: z.string().nullable(),
  trials: z.int(),
  done: z.int(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cost_usd: z.number().describe('Of every call so far, as far as prices are known'),
  price_version: z.string().nullable().describe('By which prices; "agent" for its own, null where unknown'),
  rate_limited: z.int().describe('Calls that the provider refused for its rate limit'),
  summary: summarySchema.nullable().describe('Null until the entry has ended'),
});

export const runSchema = z.object({
  id: z.uuid(),
  status: z.enum(RUN_STATUSES),
  progress: z.number().min(0).max(1),
  benchmark: z.object({
    id: z.uuid(),
    name: z.string(),
    title: z.string(),
    version: z.int(),
    version_id: z.uuid(),
    content_hash: z.string(),
  }),
  config: runConfigSchema,
  limits: runLimitsSchema,
  scorer_versions: z.record(z.string(), z.int()).describe('Scores of different versions do not compare'),
  rescores_run_id: z.uuid().nullable().describe('Of a score set: the run whose outputs it scores'),
  sample_count: z.int(),
  trials: z.int(),
  done: z.int(),
  error: z.string().nullable(),
  pause: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why it is paused'),
  entries: z.array(entrySchema),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  completed_at: z.iso.datetime().nullable(),
  imported: runOriginSchema
    .extend({ at: z.iso.datetime() })
    .nullable()
    .describe('Where it was run, and when it was imported; null where it was run here'),
});

const runOverviewSchema = runSchema.extend({
  entries: z.array(
    entrySchema.extend({
      summary: z
        .object(groupSchema)
        .nullable()
        .describe('Null until the entry has ended; GET /api/v1/runs/{run_id} has all of it'),
    }),
  ),
});

const limits = runLimitsSchema.shape;
/** A limit that is null is removed, one that is absent stays. */
const limitChangeSchema = z
  .strictObject({
    max_cost_usd: limits.max_cost_usd.nullable(),
    max_tokens_total: limits.max_tokens_total.nullable(),
    max_duration_s: limits.max_duration_s.nullable(),
    concurrency: limits.concurrency.nullable(),
    fail_on_error: limits.fail_on_error.nullable(),
  })
  .meta({ examples: [{ max_cost_usd: 20, concurrency: 8 }] });

const retrySchema = z.strictObject({
  outcomes: z
    .array(z.enum(OUTCOMES).exclude(['scored']))
    .min(1)
    .default(['agent_error', 'infra_error'])
    .describe('Trials with these outcomes run again'),
});

const extensionSchema = z
  .strictObject({
    agents: z.array(z.string().min(1).max(300)).min(1).max(50).optional(),
    epochs: runConfigSchema.shape.epochs.unwrap().optional().describe('How many there are to be in all'),
  })
  .refine(({ agents, epochs }) => agents !== undefined || epochs !== undefined, 'name agents, epochs or both')
  .meta({ examples: [{ agents: ['gpt-5-mini'], epochs: 5 }] });

export class NewRunDto extends createZodDto(newRunSchema) {}
export class LimitChangeDto extends createZodDto(limitChangeSchema) {}
export class RetryDto extends createZodDto(retrySchema) {}
export class ExtensionDto extends createZodDto(extensionSchema) {}
export class RunQuery extends createZodDto(runQuerySchema) {}
export class RunDto extends createZodDto(runSchema) {}
export class RunPageDto extends createZodDto(pageOf(runOverviewSchema, 'RunOverview')) {}

/** What an event stream tells of a run: the counters, without the summaries. */
export const toProgressJson = ({ run, pace }: RunProgressView) => ({
  run_id: run.id,
  status: run.status,
  progress: progressOf(run),
  done: sum(run.entries.map(storedTrials)),
  trials: sum(run.entries.map((entry) => entry.trials)),
  trials_per_s: pace.trialsPerSecond,
  eta_s: pace.etaSeconds,
  cost_usd: sum(run.entries.map((entry) => entry.costUsd)),
  rate_limited: sum(run.entries.map((entry) => entry.rateLimited)),
  pause: run.pause,
  entries: run.entries.map((entry) => ({
    agent: entry.agent.name,
    status: entry.status,
    done: storedTrials(entry),
    trials: entry.trials,
    errors: entry.agentErrors + entry.infraErrors,
    rate_limited: entry.rateLimited,
    cost_usd: entry.costUsd,
    /** What holds it up, if anything does. */
    waiting_for: entry.status === 'processing' ? entry.error : null,
  })),
});

export const toRunJson = (run: RunView): z.infer<typeof runSchema> =>
  toJson(run, (entry) => toSummaryJson(summarizeEntry(entry, run.config.epochs)));

export const toRunOverviewJson = (run: RunOverview): z.infer<typeof runOverviewSchema> =>
  toJson(run, ({ rollup }) => toGroupJson(scoreOf(rollup)));

/** An entry that has ended. */
type Ended<R> = EntryView<R> & { rollup: R };

const toJson = <R, S>(run: RunView<R>, summarize: (entry: Ended<R>) => S) => ({
  id: run.id,
  status: run.status,
  progress: progressOf(run),
  benchmark: {
    id: run.benchmark.id,
    name: run.benchmark.name,
    title: run.benchmark.title,
    version: run.benchmark.version,
    version_id: run.benchmark.versionId,
    content_hash: run.benchmark.contentHash,
  },
  config: run.config,
  limits: run.limits,
  scorer_versions: run.scorerVersions,
  rescores_run_id: run.rescores,
  sample_count: run.sampleCount,
  trials: sum(run.entries.map((entry) => entry.trials)),
  done: sum(run.entries.map(storedTrials)),
  error: run.error,
  pause: run.pause,
  entries: run.entries.map((entry) => toEntryJson(entry, summarize)),
  created_at: toIso(run.createdAt),
  started_at: run.startedAt && toIso(run.startedAt),
  completed_at: run.completedAt && toIso(run.completedAt),
  imported: run.importedFrom && run.importedAt && { ...run.importedFrom, at: toIso(run.importedAt) },
});

const toEntryJson = <R, S>(entry: EntryView<R>, summarize: (entry: Ended<R>) => S) => ({
  id: entry.id,
  agent: {
    id: entry.agent.id,
    name: entry.agent.name,
    version: entry.agentVersion,
    adapter: entry.agent.adapter,
    model: entry.agent.model,
  },
  status: entry.status,
  error_code: entry.errorCode,
  error: entry.error,
  trials: entry.trials,
  done: storedTrials(entry),
  input_tokens: entry.inputTokens,
  output_tokens: entry.outputTokens,
  cost_usd: entry.costUsd,
  price_version: entry.priceVersion,
  rate_limited: entry.rateLimited,
  summary: entry.rollup && summarize({ ...entry, rollup: entry.rollup }),
});

export const toSummaryJson = (summary: EntrySummary): z.infer<typeof summarySchema> => ({
  ...toGroupJson(summary),
  reducer: summary.reducer,
  per_reducer: summary.perReducer.map((group) => ({ reducer: group.reducer, ...toGroupJson(group) })),
  pass_threshold: summary.threshold?.threshold ?? null,
  threshold_result: summary.threshold?.result ?? null,
  score_worst_case: summary.scoreWorstCase,
  score_best_case: summary.scoreBestCase,
  outcomes: {
    scored: summary.outcomes.scored,
    agent_error: summary.outcomes.agentErrors,
    infra_error: summary.outcomes.infraErrors,
    unscored: summary.outcomes.unscored,
  },
  per_category: summary.perCategory.map((group) => ({ category: group.category, ...toGroupJson(group) })),
  per_scorer: summary.perScorer.map((group) => ({ scorer: group.scorer, ...toGroupJson(group) })),
  correct: summary.correct,
  consistency: summary.consistency,
  latency_mean_ms: summary.latency?.mean ?? null,
  latency_p50_ms: summary.latency?.p50 ?? null,
  latency_p95_ms: summary.latency?.p95 ?? null,
  latency_p99_ms: summary.latency?.p99 ?? null,
  ttft_p50_ms: summary.ttft?.p50 ?? null,
  latency: toDistributionJson('latency.end_to_end.v1', summary.latency),
  ttft: toDistributionJson('latency.ttft.v1', summary.ttft),
  output_tokens_per_s: toDistributionJson('throughput.output_tokens_per_s.v1', summary.outputTokensPerS),
  cluster_by: summary.clusterBy,
  pass_at_k: summary.passAtK.map(({ k, samples, any, all }) => ({
    k,
    samples,
    pass_at: toPassJson(any),
    pass_k: toPassJson(all),
  })),
  variance: summary.variance && {
    between: summary.variance.between,
    within: summary.variance.within,
    between_share: summary.variance.betweenShare,
  },
  agreement: summary.agreement,
  tokens_per_trial: summary.tokensPerTrial,
  cost_usd: summary.costUsd,
  cost_per_correct_usd: summary.costPerCorrect,
  cost_per_correct_ci_low: summary.costPerCorrectInterval?.low ?? null,
  cost_per_correct_ci_high: summary.costPerCorrectInterval?.high ?? null,
});

const toDistributionJson = (definition: string, statistics: Distribution | null) =>
  statistics && { definition, ...statistics };

const toPassJson = ({ value, interval }: EntrySummary['passAtK'][number]['any']) => ({
  value,
  ci_low: interval?.low ?? null,
  ci_high: interval?.high ?? null,
});

const toGroupJson = ({ n, score, ciLow, ciHigh }: ScoreEstimate) => ({
  n,
  score,
  ci_low: ciLow,
  ci_high: ciHigh,
});

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

const toIso = (date: Date): string => date.toISOString();
