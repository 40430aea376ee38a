import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import {
  COMPARABILITY,
  GATE_METRICS,
  RELATIVE_METRICS,
  type EntryFacts,
  type GateResult,
} from '#libs/analytics';
import {
  ALLOW,
  clusterAnswer,
  clusterBy,
  comparedEntrySchema,
  reference,
  toComparedEntryJson,
} from './compare.schema.js';

const metric = z
  .enum(GATE_METRICS)
  .describe('score and error_rate are shares; cost is of one trial; p95 is of the answered trials');
const ruleSchema = z.union([
  z.strictObject({
    metric,
    tolerance: z.number().min(0).describe("By how much worse than the baseline, in the metric's unit"),
  }),
  z.strictObject({
    metric: z.enum(RELATIVE_METRICS),
    relative_tolerance: z
      .number()
      .min(0)
      .describe("By how much worse than the baseline, as a share of the baseline's value: 0.1 is 10 %"),
  }),
  z.strictObject({ metric, limit: z.number().describe('The least score, the most of anything else') }),
]);

const gateRequestSchema = z
  .strictObject({
    candidate: reference.describe('The id of an entry, or of a run with one entry'),
    baseline: reference.optional(),
    rules: z.array(ruleSchema).min(1).max(20),
    cluster: clusterBy,
    allow: z.array(z.enum(COMPARABILITY)).max(COMPARABILITY.length).optional().describe(ALLOW),
  })
  .refine(
    ({ baseline, rules }) => baseline !== undefined || rules.every((rule) => 'limit' in rule),
    'a tolerance is against a baseline: name one, or give a limit',
  )
  .meta({
    examples: [
      {
        candidate: '01a20d80-0b52-7c1e-9f3e-5c6f1f0f9a11',
        baseline: '01a20d80-0b52-7c1e-9f3e-5c6f1f0f9a12',
        rules: [
          { metric: 'score', tolerance: 0.02 },
          { metric: 'cost_per_trial_usd', relative_tolerance: 0.1 },
          { metric: 'latency_p95_ms', limit: 4000 },
        ],
      },
    ],
  });

export const GATE_FORMATS = ['json', 'junit', 'markdown'] as const;
const gateQuerySchema = z.strictObject({
  format: z
    .enum(GATE_FORMATS)
    .optional()
    .describe('Else as Accept says: application/xml, text/markdown or JSON'),
});

const decision = z.enum(['pass', 'fail', 'inconclusive']);
const gateSchema = z.object({
  decision,
  candidate: comparedEntrySchema,
  baseline: comparedEntrySchema.nullable(),
  differences: z.array(z.string()).describe('What both differ in besides their agents, as allowed'),
  cluster: clusterAnswer,
  rules: z.array(
    z.object({
      metric,
      tolerance: z.number().nullable(),
      relative_tolerance: z.number().nullable(),
      limit: z.number().nullable(),
      decision,
      candidate: z.number().nullable(),
      baseline: z.number().nullable(),
      ci_low: z
        .number()
        .nullable()
        .describe(
          'Of candidate − baseline; by a relative tolerance, of candidate ÷ baseline − 1; under a limit, of the candidate',
        ),
      ci_high: z.number().nullable(),
      n: z.int().describe("Samples; of latency the candidate's trials"),
      text: z.string(),
    }),
  ),
});

export class GateRequestDto extends createZodDto(gateRequestSchema) {}
export class GateQuery extends createZodDto(gateQuerySchema) {}
export class GateDto extends createZodDto(gateSchema) {}

export const toGateJson = (
  { decision, rules }: GateResult,
  [candidate, baseline]: EntryFacts[],
  differences: string[],
  cluster: string | null,
): z.infer<typeof gateSchema> => ({
  decision,
  candidate: toComparedEntryJson(candidate!),
  baseline: baseline ? toComparedEntryJson(baseline) : null,
  differences,
  cluster,
  rules: rules.map((result) => ({
    metric: result.rule.metric,
    tolerance: 'tolerance' in result.rule ? result.rule.tolerance : null,
    relative_tolerance: 'relative_tolerance' in result.rule ? result.rule.relative_tolerance : null,
    limit: 'limit' in result.rule ? result.rule.limit : null,
    decision: result.decision,
    candidate: result.candidate,
    baseline: result.baseline,
    ci_low: result.interval?.low ?? null,
    ci_high: result.interval?.high ?? null,
    n: result.n,
    text: result.text,
  })),
});
