import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { benchmarkHeaderSchema, EVAL_CLASSES, formatSchema } from '#libs/benchmarks';
import { publishedSchema } from './definitions.schema.js';

const yamlText = z.string().min(1).max(200_000);
const dryRun = z.boolean().default(false).describe('Answers the same, and stores nothing');
const jsonlUnlessSaid = formatSchema.describe('Unset: jsonl');
const fewShotRows = z
  .array(z.record(z.string(), z.unknown()))
  .max(1000)
  .describe('Rows of the few-shot split or file, as they stand in it')
  .optional();
const agent = z
  .string()
  .regex(/^.+@\d{1,9}$/, 'name@version')
  .max(300);
const judges = z
  .array(agent)
  .min(1)
  .max(9)
  .describe('Agents that judge where the file asks a model to: name@version')
  .optional();

/** The `options` part of a task of lm-evaluation-harness. */
const lmEvalOptionsSchema = z.strictObject({
  ...benchmarkHeaderSchema.shape,
  task: yamlText.describe('The YAML of the task'),
  includes: z
    .record(z.string(), yamlText)
    .describe('YAML of the files that the task includes, by name')
    .optional(),
  few_shot_rows: fewShotRows,
  format: formatSchema,
  dry_run: dryRun,
});
export class LmEvalOptionsDto extends createZodDto(lmEvalOptionsSchema) {}

/** The `options` part of an eval of OpenAI Evals. */
const openAiEvalsOptionsSchema = z.strictObject({
  ...benchmarkHeaderSchema.shape,
  registry: yamlText.describe('YAML of registry/evals that names the class and its arguments').optional(),
  eval: z.string().min(1).max(200).describe('Which eval of the registry; unset, the only one').optional(),
  class: z.enum(EVAL_CLASSES).default('Match').describe('How answers are judged, without a registry'),
  few_shot_rows: fewShotRows,
  modelgraded: yamlText.describe('YAML of registry/modelgraded').optional(),
  judges,
  format: jsonlUnlessSaid,
  dry_run: dryRun,
});
export class OpenAiEvalsOptionsDto extends createZodDto(openAiEvalsOptionsSchema) {}

/** The `options` part of HumanEval. */
const humanEvalOptionsSchema = z.strictObject({
  ...benchmarkHeaderSchema.shape,
  format: jsonlUnlessSaid,
  dry_run: dryRun,
});
export class HumanEvalOptionsDto extends createZodDto(humanEvalOptionsSchema) {}

/** The `options` part of a configuration of promptfoo. */
const promptfooOptionsSchema = z.strictObject({
  ...benchmarkHeaderSchema.shape,
  files: z
    .record(z.string(), z.string().max(5_000_000))
    .describe('Texts of the files that the configuration names, by path or the last part of it')
    .optional(),
  without_code: z
    .boolean()
    .default(false)
    .describe('Leaves out, by name, tests and assertions that are code, instead of refusing all'),
  value: z
    .enum(['pass', 'mean'])
    .default('pass')
    .describe('Of a sample: 1 if it passes, or the weighted mean of its assertions'),
  judges,
  embeddings: agent
    .describe('Agent that gives embeddings where the file wants similarity: name@version')
    .optional(),
  dry_run: dryRun,
});
export class PromptfooOptionsDto extends createZodDto(promptfooOptionsSchema) {}

export const notCarriedOverSchema = z
  .array(z.object({ key: z.string(), reason: z.string() }))
  .describe('All that the file says and what came of it does not');

export class ImportedDto extends createZodDto(
  publishedSchema.extend({
    definition: z.record(z.string(), z.unknown()).describe('prompt, scoring and generation settings'),
    not_carried_over: notCarriedOverSchema,
  }),
) {}

export class ImportedPromptfooDto extends createZodDto(
  z.object({
    benchmarks: z
      .array(
        publishedSchema.extend({
          prompt: z.string().describe('Label of the prompt that it asks'),
          definition: z.record(z.string(), z.unknown()).describe('prompt, scoring and generation settings'),
        }),
      )
      .describe('One for each prompt'),
    agents: z
      .array(
        z.object({
          provider: z.string(),
          agent: z.object({
            name: z.string(),
            adapter: z.string(),
            model: z.string().optional(),
            settings: z.record(z.string(), z.unknown()),
          }),
        }),
      )
      .describe('What POST /api/v1/agents would take for the providers; none is created'),
    not_carried_over: notCarriedOverSchema,
  }),
) {}
