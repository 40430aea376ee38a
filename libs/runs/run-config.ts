import { z } from 'zod';
import { generationSchema } from '#libs/agents';
import { sampleFilterSchema } from './sample-filter.js';

/**
 * How a run is made, as written in JSON and stored. With the benchmark version and the agents it determines the plan.
 * A generation setting that is absent is the benchmark's own, and where that is absent too, the provider's default.
 */
export const runConfigSchema = generationSchema.extend({
  /** Decides which samples a limit takes, few-shot choices and seeded agents. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0),
  /** Independent trials of each sample. */
  epochs: z.int().min(1).max(100).default(1),
  ...sampleFilterSchema.shape,
  /** Samples to take of those, chosen by the seed; absent means all, in their order. */
  limit: z.int().min(1).optional(),
});

export type RunConfig = z.infer<typeof runConfigSchema>;
