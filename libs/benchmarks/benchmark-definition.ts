import { z } from 'zod';
import { generationSchema } from '#libs/agents';
import { scoringSpecSchema } from '#libs/scoring';
import { splitSchema } from './sample.js';
import { DEFAULT_PROMPT, promptSchema } from './prompt/prompt.js';

/** Everything of a benchmark version but its samples, as written in JSON and stored. */
export const benchmarkDefinitionSchema = z.strictObject({
  prompt: promptSchema.default(DEFAULT_PROMPT),
  scoring: scoringSpecSchema,
  generation: generationSchema.default({}),
  split: splitSchema
    .describe(
      'The split whose samples are scored; unset: all samples. Others are kept, for few-shot examples',
    )
    .optional(),
});

export type BenchmarkDefinition = z.infer<typeof benchmarkDefinitionSchema>;

/** What people see of a benchmark; not part of the content hash. */
export const benchmarkHeaderSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'lower-case letters, digits, ".", "_" and "-", at most 100'),
  title: z.string().min(1).max(200).optional(),
  description: z.string().max(10_000).optional(),
});

export type BenchmarkHeader = z.infer<typeof benchmarkHeaderSchema>;
