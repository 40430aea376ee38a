import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { COST_SOURCES, runConfigSchema, type RunEstimate } from '#libs/runs';
import { listOf } from '../analytics/compare.schema.js';

const reference = z.string().min(1).max(300);

const estimateQuerySchema = z.strictObject({
  benchmark: reference.describe('An id, a name (latest version) or name@version'),
  agents: listOf(reference, 1, 50).describe('Ids, names or name@version'),
  epochs: z.coerce.number().pipe(runConfigSchema.shape.epochs.unwrap()).default(1),
  limit: z.coerce.number().pipe(runConfigSchema.shape.limit.unwrap()).optional(),
});

const usd = z.number().min(0).nullable();
const seconds = z.number().min(0).nullable();

const estimateSchema = z.object({
  samples: z.int(),
  trials: z.int().describe('Of all agents'),
  cost_usd: usd.describe('Null where it is unknown of one agent'),
  seconds: seconds.describe('Of the slowest agent; null where it is unknown of one'),
  entries: z.array(
    z.object({
      agent: z.object({ id: z.uuid(), name: z.string(), version: z.int() }),
      cost_usd: usd.describe('Null where no run tells the tokens of a trial, or the price is unknown'),
      cost_from: z
        .enum(COST_SOURCES)
        .nullable()
        .describe('Whose trials it follows from: of other ones, their tokens at the price of this agent'),
      seconds: seconds.describe("At the pace of the agent's last run; null without one"),
      entry_id: z
        .uuid()
        .nullable()
        .describe('Its newest entry, as for GET /api/v1/analytics/power; null without one'),
    }),
  ),
});

export class EstimateQuery extends createZodDto(estimateQuerySchema) {}
export class EstimateDto extends createZodDto(estimateSchema) {}

export const toEstimateJson = (estimate: RunEstimate): z.infer<typeof estimateSchema> => ({
  samples: estimate.samples,
  trials: estimate.trials,
  cost_usd: estimate.costUsd,
  seconds: estimate.seconds,
  entries: estimate.entries.map(({ agent: { id, name, version }, ...entry }) => ({
    agent: { id, name, version },
    cost_usd: entry.costUsd,
    cost_from: entry.costFrom,
    seconds: entry.seconds,
    entry_id: entry.entryId,
  })),
});
