import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { benchmarkHeaderSchema, type Rehearsal } from '#libs/benchmarks';
import { benchmarkSchema, toBenchmarkJson, toSummary } from './benchmarks.schema.js';

const version = z.string().regex(/^[1-9]\d{0,8}$/, 'must be the number of a version');

const sampleChanges = z.object({
  count: z.int(),
  first: z.array(z.object({ id: z.string(), fields: z.array(z.string()).optional() })),
});

export class DryRunQuery extends createZodDto(
  z.strictObject({ dry_run: z.enum(['true', 'false']).default('false') }),
) {}

export class DiffQuery extends createZodDto(
  z.strictObject({
    from: version,
    to: version,
    limit: z.coerce.number().int().min(0).max(1000).default(20).describe('Samples of each kind to name'),
  }),
) {}

export class ExportQuery extends createZodDto(
  z.strictObject({ format: z.enum(['yaml', 'json']).default('yaml') }),
) {}

export class CloneDto extends createZodDto(
  z
    .strictObject({
      name: benchmarkHeaderSchema.shape.name.describe('Of the new benchmark'),
      title: benchmarkHeaderSchema.shape.title.describe("Unset, the original's"),
      version: z.int().min(1).optional().describe('Of the original; unset, the latest'),
    })
    .meta({ examples: [{ name: 'capitals-strict', version: 1 }] }),
) {}

export const publishedSchema = benchmarkSchema.extend({
  dry_run: z.literal(true).describe('Nothing was stored; ids are made up').optional(),
  would_create: z.boolean().describe('False: the same content is there already').optional(),
  prompts: z
    .array(
      z.object({
        sample_id: z.string(),
        messages: z.array(z.object({ role: z.string(), content: z.string() })),
      }),
    )
    .describe('As the first samples would be asked with the seed 0')
    .optional(),
});

export class PublishedDto extends createZodDto(publishedSchema) {}

export const toRehearsalJson = ({ prompts, ...rehearsed }: Rehearsal): z.infer<typeof publishedSchema> => ({
  ...toBenchmarkJson(toSummary(rehearsed)),
  dry_run: true,
  would_create: rehearsed.created,
  prompts: prompts.map(({ sampleId, messages }) => ({ sample_id: sampleId, messages })),
});

export class DiffDto extends createZodDto(
  z.object({
    from: z.int(),
    to: z.int(),
    definition: z.array(
      z.object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() }),
    ),
    samples: z.object({ added: sampleChanges, removed: sampleChanges, changed: sampleChanges }),
  }),
) {}
