import { z } from 'zod';
import { generationSchema } from '#libs/agents';
import { isStorable } from '#libs/common';
import { scoringSpecSchema } from '#libs/scoring';
import { conversationSchema } from './conversation/conversation-spec.js';
import { DEFAULT_PROMPT, promptSchema } from './prompt/prompt.js';
import { categorySchema, isShallow, MAX_DEPTH, splitSchema } from './sample.js';

/** Each is a line of every list, rollup and report. */
export const MAX_CATEGORIES = 1000;

const categoriesSchema = z
  .array(
    z.strictObject({
      name: categorySchema,
      title: z.string().min(1).max(200).optional(),
      description: z.string().max(10_000).optional(),
    }),
  )
  .min(1)
  .max(MAX_CATEGORIES)
  .refine(
    (categories) => new Set(categories.map(({ name }) => name)).size === categories.length,
    'names the same category twice',
  );

/** Everything of a benchmark version but its samples, as written in JSON and stored. */
export const benchmarkDefinitionSchema = z.strictObject({
  prompt: promptSchema.default(DEFAULT_PROMPT),
  scoring: scoringSpecSchema,
  generation: generationSchema.default({}),
  response_schema: z
    .record(z.string(), z.unknown())
    .refine((schema) => isShallow(schema), `holds more than ${MAX_DEPTH} levels`)
    .refine(isStorable, 'holds a NUL character or half of a surrogate pair')
    .optional()
    .describe('JSON Schema that answers are to keep to, where the agent can be held to one'),
  conversation: conversationSchema
    .optional()
    .describe('Makes trials conversations: with tools, a user who goes on, or images'),
  categories: categoriesSchema
    .optional()
    .describe(
      'All that samples may have, in the order in which they are shown; unset: whatever the samples say',
    ),
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
