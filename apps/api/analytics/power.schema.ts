import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { PowerPlan, PowerRequest, Spread } from '#libs/analytics';
import { listOf, reference } from './compare.schema.js';

const variance = z.coerce.number().min(0).max(1);
/** Nearer to 0 or 1, and with smaller effects, the numbers of samples are beyond counting. */
const share = z.coerce.number().min(0.001).max(0.999999);

const powerQuerySchema = z
  .strictObject({
    entries: listOf(reference, 1, 2)
      .optional()
      .describe(
        'Whose variances to take: one entry, or the two that are to be compared; ids of entries or runs',
      ),
    variance_between: variance
      .optional()
      .describe('Between samples, of each of the two agents, where no entry is named'),
    variance_within: variance.optional().describe('Within a sample, from epoch to epoch'),
    correlation: z.coerce
      .number()
      .min(-1)
      .max(1)
      .default(0)
      .describe("Of the agents' scores over samples; of two entries it is measured. 0 is the cautious guess"),
    samples: z.coerce.number().int().min(2).max(1e9).optional().describe('As planned'),
    epochs: z.coerce.number().int().min(1).max(100).default(1),
    effect: z.coerce
      .number()
      .min(1e-6)
      .max(1)
      .optional()
      .describe('The difference that is to be found, as a share'),
    power: share.default(0.8).describe('The chance to find it'),
    confidence: share.default(0.95),
    cost_per_trial_usd: z.coerce
      .number()
      .min(0)
      .max(1e6)
      .optional()
      .describe('Of both agents together; else that of the entries'),
  })
  .refine(
    (query) => (query.entries === undefined) !== (query.variance_between === undefined),
    'name either entries or variance_between',
  )
  .refine(
    ({ entries, variance_within }) => entries === undefined || variance_within === undefined,
    'variance_within goes with variance_between; of entries it is measured',
  )
  .refine(
    ({ samples, effect }) => samples !== undefined || effect !== undefined,
    'name samples, effect or both',
  );

const usd = z.number().nullable();
const scoreVariance = z.object({ between: z.number(), within: z.number() });

const powerSchema = z.object({
  candidate: scoreVariance,
  baseline: scoreVariance,
  correlation: z.number(),
  variance: z.number().describe('Of the difference of both on one sample'),
  samples: z.int().nullable(),
  epochs: z.int(),
  effect: z.number().nullable(),
  power: z.number(),
  confidence: z.number(),
  minimum_detectable_effect: z.number().nullable().describe('With the planned samples, as a share'),
  samples_needed: z.int().nullable().describe('For the effect, with the planned epochs'),
  epochs_needed: z
    .int()
    .nullable()
    .describe(
      'For the effect, with the planned samples; null where no number is enough or epochs are not known',
    ),
  cost_per_trial_usd: usd.describe('Of both agents together; null where a price is unknown'),
  planned_cost_usd: usd,
  needed_cost_usd: usd.describe('Of samples_needed'),
});

export class PowerQuery extends createZodDto(powerQuerySchema) {}
export class PowerDto extends createZodDto(powerSchema) {}

export const toPowerJson = (
  { candidate, baseline, correlation }: Spread,
  request: PowerRequest,
  plan: PowerPlan,
): z.infer<typeof powerSchema> => ({
  candidate,
  baseline,
  correlation,
  variance: plan.variance,
  samples: request.samples ?? null,
  epochs: request.epochs,
  effect: request.effect ?? null,
  power: request.power,
  confidence: request.confidence,
  minimum_detectable_effect: plan.minimumDetectableEffect,
  samples_needed: plan.samplesNeeded,
  epochs_needed: plan.epochsNeeded,
  cost_per_trial_usd: request.costPerTrialUsd,
  planned_cost_usd: plan.plannedCostUsd,
  needed_cost_usd: plan.neededCostUsd,
});
