import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { OUTCOMES, type RunSample, type RunSampleView } from '#libs/results';
import type { RunView } from '#libs/runs';
import { pageOf, pageQuerySchema } from '../http/page.schema.js';

const share = z.coerce.number().min(0).max(1).optional();

const filterShape = {
  agent: z
    .string()
    .max(300)
    .optional()
    .describe("An agent's name or id, or an entry's id; whom outcome and scores are about, else any"),
  outcome: z.enum(OUTCOMES).optional(),
  category: z.string().max(100).optional(),
  min_score: share,
  max_score: share,
  min_spread: share.describe('Least difference between the best and the worst agent'),
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("In the sample's id, input or target, or in an output; case does not count"),
};

const sampleShape = {
  ordinal: z.int().describe('0-based place in the benchmark version'),
  id: z.string(),
  category: z.string().nullable(),
};

const entrySchema = z.object({
  entry_id: z.uuid(),
  agent: z.string(),
  trials: z.int(),
  score: z.number().min(0).max(1).nullable().describe('Mean of its epochs; null where none is scored'),
  outcomes: z.array(z.enum(OUTCOMES)).describe('Of its trials, each once'),
  overridden: z.boolean().describe('Whether a score was set by hand'),
});

const runSampleSchema = z.object({
  ...sampleShape,
  input: z.string().describe('Its first 200 characters'),
  entries: z.array(entrySchema).describe('Those that have a trial of it'),
});

const runSampleDetailSchema = z.object({
  ...sampleShape,
  input: z.string(),
  target: z.array(z.string()),
  choices: z.array(z.string()).nullable(),
  metadata: z.record(z.string(), z.unknown()),
  entries: z.array(entrySchema).describe('Those that have a trial of it'),
  previous: z.string().nullable().describe('Id of the sample before it among those that pass the filter'),
  next: z.string().nullable().describe('Likewise, after it'),
});

export class RunSamplesQuery extends createZodDto(pageQuerySchema.extend(filterShape)) {}
export class RunSampleQuery extends createZodDto(z.strictObject(filterShape)) {}
export class RunSamplePageDto extends createZodDto(pageOf(runSampleSchema, 'RunSample')) {}
export class RunSampleDetailDto extends createZodDto(runSampleDetailSchema) {}

/** Entries in the order of the run. */
const toEntries = ({ entries }: RunSample, run: RunView): z.infer<typeof entrySchema>[] =>
  run.entries.flatMap(({ id, agent }) => {
    const entry = entries.find(({ entry_id }) => entry_id === id);
    return entry ? [{ ...entry, agent: agent.name }] : [];
  });

export const toRunSampleJson = (sample: RunSample, run: RunView): z.infer<typeof runSampleSchema> => ({
  ordinal: sample.ordinal,
  id: sample.sampleId,
  category: sample.category,
  input: sample.input,
  entries: toEntries(sample, run),
});

export const toRunSampleDetailJson = (
  sample: RunSampleView,
  run: RunView,
): z.infer<typeof runSampleDetailSchema> => ({
  ...toRunSampleJson(sample, run),
  target: sample.targets,
  choices: sample.choices,
  metadata: sample.metadata,
  previous: sample.previous,
  next: sample.next,
});
