import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { THRESHOLD_RESULTS } from '#libs/analytics';
import { MAX_PAGE } from '#libs/common';

const percentage = z.number().min(0).max(100).nullable();
const seconds = z.number().min(0).nullable();

const metricsSchema = z.object({
  accuracy: percentage,
  accuracy_ci_low: percentage.describe('95 % interval'),
  accuracy_ci_high: percentage,
  accuracy_worst_case: percentage.describe('Were every trial without a score wrong'),
  accuracy_best_case: percentage.describe('Were every trial without a score right'),
  pass_threshold: percentage.describe('The accuracy that the benchmark asks for'),
  threshold_result: z
    .enum(THRESHOLD_RESULTS)
    .nullable()
    .describe(
      'passed: the whole interval is at or above it; failed: below. Null without one, or an early end',
    ),
  n: z.int().describe('Samples with a score'),
  correct: z.int().nullable().describe('Null unless each sample is right or wrong'),
  trials: z.int(),
  scored: z.int(),
  agent_errors: z.int(),
  infra_errors: z.int(),
  unscored: z.int(),
  latency_avg: seconds,
  latency_p50: seconds,
  latency_p95: seconds,
  ttft_avg: seconds.describe('Time to the first token'),
  tokens_avg: z.number().nullable().describe('Input and output tokens of an answered trial'),
  cost_usd: z.number().nullable(),
  cost_per_correct_usd: z.number().nullable(),
  consistency: z.number().min(0).max(1).nullable().describe('Agreement over epochs; null with one epoch'),
});

const resultsSchema = z.object({
  run_id: z.uuid(),
  benchmark: z.string(),
  agents: z.array(
    z.object({ id: z.string(), metrics: metricsSchema, category_scores: z.record(z.string(), z.number()) }),
  ),
  summary: z.object({ top_performer: z.string().nullable(), critical_observations: z.array(z.string()) }),
});

const analysisSchema = z.object({
  performance_insights: z.array(z.string()),
  recommendations: z.array(z.string()),
});

const pValue = z.number().min(0).max(1).nullable();
const deductionsSchema = z.object({
  patterns: z
    .array(z.looseObject({ kind: z.string(), description: z.string() }))
    .describe(
      'By kind with further figures: all_wrong, all_right, category_spread, retried, answer_consistency, hardest, saturated, unsolved, reversed, judges_differ, judge_repeats, judge_order',
    ),
  correlations: z.array(
    z.object({
      kind: z.enum(['latency_score', 'tokens_score', 'cost_score', 'attempts_score', 'agent_scores']),
      agents: z.array(z.string()),
      description: z.string(),
      r: z.number().min(-1).max(1).describe("Pearson's"),
      rho: z.number().min(-1).max(1).nullable().describe("Spearman's; null between agents"),
      n: z.int().describe('Samples'),
      ci_low: z.number().nullable().describe('95 % interval of rho; of r between agents'),
      ci_high: z.number().nullable(),
      p_value: pValue.describe('Of no correlation'),
      p_holm: pValue.describe('Holm over all correlations of the run'),
    }),
  ),
  items: z
    .object({
      entries: z.int(),
      of_other_runs: z.int(),
      samples: z.int(),
      description: z.string(),
    })
    .nullable()
    .describe(
      'Over what hardest, saturated, unsolved and reversed samples are found: entries of this run and, where they are fewer than ten, the newest ones of other agents under the same conditions; 50 at most',
    ),
});

const historyQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
  benchmark: z.string().max(300).optional().describe('A name'),
  agent: z.string().max(300).optional().describe('A name'),
});

const historySchema = z.object({
  run_id: z.uuid(),
  benchmark: z.string(),
  version: z.int(),
  agent: z.string(),
  agent_version: z.int(),
  status: z.enum(['completed', 'failed', 'cancelled']),
  completed_at: z.iso.datetime(),
  accuracy: percentage,
  ci_low: percentage,
  ci_high: percentage,
  n: z.int(),
  latency_avg: seconds,
  cost_usd: z.number().nullable(),
  accuracy_change: z
    .number()
    .nullable()
    .describe(
      'By how much the mean shifted with this entry, among those listed of its agent and benchmark; else null',
    ),
  anomaly: z.boolean().describe('Accuracy or latency is far from what is usual among them'),
});

export class ShortResultsDto extends createZodDto(resultsSchema) {}
export class ShortAnalysisDto extends createZodDto(analysisSchema) {}
export class ShortDeductionsDto extends createZodDto(deductionsSchema) {}
export class HistoryQuery extends createZodDto(historyQuerySchema) {}
export class ShortHistoryDto extends createZodDto(historySchema) {}
