import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { benchmarkHeaderSchema, formatSchema } from '#libs/benchmarks';
import { publishedSchema } from './definitions.schema.js';

const yamlText = z.string().min(1).max(200_000);

/** The `options` part of a task of lm-evaluation-harness. */
export const lmEvalOptionsSchema = z.strictObject({
  ...benchmarkHeaderSchema.shape,
  task: yamlText.describe('The YAML of the task'),
  includes: z
    .record(z.string(), yamlText)
    .describe('YAML of the files that the task includes, by name')
    .optional(),
  few_shot_rows: z
    .array(z.record(z.string(), z.unknown()))
    .max(1000)
    .describe('Rows of the few-shot split, as they stand in the dataset')
    .optional(),
  format: formatSchema,
  dry_run: z.boolean().default(false).describe('Answers the same, and stores nothing'),
});

export const notCarriedOverSchema = z
  .array(z.object({ key: z.string(), reason: z.string() }))
  .describe('All that the file says and what came of it does not');

export class ImportedDto extends createZodDto(
  publishedSchema.extend({
    definition: z.record(z.string(), z.unknown()).describe('prompt, scoring and generation settings'),
    not_carried_over: notCarriedOverSchema,
  }),
) {}
