import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { formatSchema } from '#libs/benchmarks';
import { categoryValuesSchema, labelRowSchema, type LabelEntity } from '#libs/results';
import type { RunView } from '#libs/runs';
import { pageOf, pageQuerySchema } from '../http/page.schema.js';

const newLabelsSchema = z
  .strictObject({
    labels: z.array(labelRowSchema).min(1).max(50_000),
    values: categoryValuesSchema.optional(),
  })
  .meta({
    examples: [
      {
        labels: [
          { agent: 'gpt-5-mini', sample_id: 's1', scorer: 'polite', rater: 'ada', value: 1 },
          {
            agent: 'gpt-5-mini',
            sample_id: 's2',
            scorer: 'polite',
            rater: 'ada',
            category: 'rude',
            note: 'Sarcasm',
          },
        ],
        values: { rude: 0 },
      },
    ],
  });

const labelFileOptionsSchema = z.strictObject({
  values: categoryValuesSchema.optional(),
  format: formatSchema,
});
export class LabelFileOptionsDto extends createZodDto(labelFileOptionsSchema) {}

const filterShape = {
  agent: z.string().max(300).optional().describe("An agent's name or id, or an entry's id"),
  sample_id: z.string().max(200).optional(),
  scorer: z.string().max(64).optional().describe("Empty for labels of the trial's score"),
  rater: z.string().max(200).optional(),
};

const labelSchema = z.object({
  id: z.uuid(),
  run_id: z.uuid(),
  entry_id: z.uuid(),
  agent: z.string(),
  sample_id: z.string(),
  epoch: z.int(),
  scorer: z.string().nullable().describe("Null for the trial's score"),
  rater: z.string(),
  value: z.number().min(0).max(1).nullable().describe('Null where only a category was given'),
  category: z.string().nullable(),
  note: z.string().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export class NewLabelsDto extends createZodDto(newLabelsSchema) {}
export class LabelFilterQuery extends createZodDto(z.strictObject(filterShape)) {}
export class LabelsQuery extends createZodDto(pageQuerySchema.extend(filterShape)) {}
export class LabelPageDto extends createZodDto(pageOf(labelSchema, 'Label')) {}
export class StoredLabelsDto extends createZodDto(
  z.object({ created: z.int(), updated: z.int().describe('Given before by the same rater, and replaced') }),
) {}
export class RemovedLabelsDto extends createZodDto(z.object({ removed: z.int() })) {}

export const toLabelJson = (label: LabelEntity, run: RunView): z.infer<typeof labelSchema> => ({
  id: label.id,
  run_id: label.runId,
  entry_id: label.entryId,
  agent: run.entries.find(({ id }) => id === label.entryId)?.agent.name ?? label.entryId,
  sample_id: label.sampleId,
  epoch: label.epoch,
  scorer: label.scorer === '' ? null : label.scorer,
  rater: label.rater,
  value: label.value,
  category: label.category,
  note: label.note,
  created_at: label.createdAt.toISOString(),
  updated_at: label.updatedAt.toISOString(),
});
