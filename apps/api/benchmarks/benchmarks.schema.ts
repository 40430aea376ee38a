import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import {
  benchmarkDefinitionSchema,
  benchmarkHeaderSchema,
  datasetReferenceSchema,
  formatSchema,
  importOptionsSchema,
  type BenchmarkSummary,
  type BenchmarkVersionEntity,
  type PublishedVersion,
  type SampleEntity,
} from '#libs/benchmarks';
import { pageOf, pageQuerySchema } from '../http/page.schema.js';

const newBenchmarkSchema = z
  .strictObject({
    ...benchmarkHeaderSchema.shape,
    ...benchmarkDefinitionSchema.shape,
    samples: z
      .array(z.unknown())
      .min(1)
      .describe('Each {id, input, target, choices?, category?, split?, tags?, metadata?}'),
  })
  .meta({
    examples: [
      {
        name: 'capitals',
        title: 'Capitals of the world',
        prompt: {
          messages: [
            { role: 'user', content: 'What is the capital of {{ input }}? Answer with its name only.' },
          ],
        },
        scoring: { scorers: [{ type: 'includes' }] },
        samples: [
          { id: 'fr', input: 'France', target: 'Paris', category: 'europe' },
          { id: 'jp', input: 'Japan', target: 'Tokyo', category: 'asia' },
        ],
      },
    ],
  });

/** The `options` part of an upload. */
const uploadOptionsSchema = z.strictObject({
  ...benchmarkHeaderSchema.shape,
  ...benchmarkDefinitionSchema.shape,
  ...importOptionsSchema.shape,
  format: formatSchema,
  dry_run: z
    .boolean()
    .default(false)
    .describe('Answers with the prompts of the first samples, and stores nothing'),
});
export class UploadOptionsDto extends createZodDto(uploadOptionsSchema) {}

const importSchema = z
  .strictObject({
    ...benchmarkHeaderSchema.shape,
    ...benchmarkDefinitionSchema.shape,
    ...importOptionsSchema.shape,
    files: z.array(datasetReferenceSchema).min(1).max(20),
  })
  .meta({
    examples: [
      {
        name: 'gsm8k',
        scoring: { scorers: [{ type: 'numeric' }] },
        split: 'test',
        mapping: { input: 'question', target: 'answer', target_pattern: '#### (.+)' },
        files: [
          { path: 'gsm8k/test.jsonl.gz', split: 'test' },
          { path: 'gsm8k/train.jsonl.gz', split: 'train' },
        ],
      },
    ],
  });

export class BenchmarksQuery extends createZodDto(
  pageQuerySchema.extend({ status: z.enum(['active', 'archived']).default('active') }),
) {}

export class SamplesQuery extends createZodDto(
  pageQuerySchema.extend({ split: z.string().max(100).optional() }),
) {}

const categorySchema = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  samples: z.int().describe('Of those that are scored'),
});
const splitCountSchema = z.object({ name: z.string(), samples: z.int() });

export const benchmarkSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  title: z.string(),
  description: z.string(),
  status: z.enum(['active', 'archived']),
  version: z.int().describe('The latest'),
  version_id: z.uuid(),
  content_hash: z.string(),
  sample_count: z.int(),
  categories: z.array(categorySchema),
  splits: z.array(splitCountSchema).describe('Of all samples, scored or not'),
  cloned_from: z
    .object({ benchmark: z.string(), version: z.int(), version_id: z.uuid() })
    .nullable()
    .describe('What its first version is a copy of'),
  created_at: z.iso.datetime(),
});

const versionSchema = z.object({
  id: z.uuid(),
  version: z.int(),
  content_hash: z.string().describe('SHA-256 over the definition and the samples'),
  sample_count: z.int(),
  categories: z.array(categorySchema),
  splits: z.array(splitCountSchema),
  definition: z.record(z.string(), z.unknown()).describe('prompt, scoring and generation settings'),
  created_at: z.iso.datetime(),
});

const storedSampleSchema = z.object({
  ordinal: z
    .int()
    .nullable()
    .describe('0-based place among the samples that are scored; null: it is not one of them'),
  id: z.string(),
  input: z.string(),
  target: z.array(z.string()),
  choices: z.array(z.string()).nullable(),
  category: z.string().nullable(),
  split: z.string().nullable(),
  tags: z.array(z.string()),
  metadata: z.record(z.string(), z.unknown()),
});

export class ImportDto extends createZodDto(importSchema) {}
export class NewBenchmarkDto extends createZodDto(newBenchmarkSchema) {}
export class BenchmarkDto extends createZodDto(benchmarkSchema) {}
export class BenchmarkPageDto extends createZodDto(pageOf(benchmarkSchema, 'Benchmark')) {}
export class VersionDto extends createZodDto(versionSchema) {}
export class VersionPageDto extends createZodDto(pageOf(versionSchema, 'Version')) {}
export class SamplePageDto extends createZodDto(pageOf(storedSampleSchema, 'Sample')) {}

export const toBenchmarkJson = (benchmark: BenchmarkSummary): z.infer<typeof benchmarkSchema> => ({
  id: benchmark.id,
  name: benchmark.name,
  title: benchmark.title,
  description: benchmark.description,
  status: benchmark.status,
  version: benchmark.version,
  version_id: benchmark.versionId,
  content_hash: benchmark.contentHash,
  sample_count: benchmark.sampleCount,
  categories: benchmark.categories,
  splits: benchmark.splits,
  cloned_from: benchmark.clonedFrom,
  created_at: benchmark.createdAt.toISOString(),
});

export const toSummary = ({ benchmark, version }: Omit<PublishedVersion, 'created'>): BenchmarkSummary => ({
  id: benchmark.id,
  name: benchmark.name,
  title: benchmark.title,
  description: benchmark.description,
  status: benchmark.status,
  clonedFrom: benchmark.clonedFrom,
  createdAt: benchmark.createdAt,
  version: version.version,
  versionId: version.id,
  contentHash: version.contentHash,
  sampleCount: version.sampleCount,
  categories: version.categories,
  splits: version.splits,
});

export const toVersionJson = (version: BenchmarkVersionEntity): z.infer<typeof versionSchema> => ({
  id: version.id,
  version: version.version,
  content_hash: version.contentHash,
  sample_count: version.sampleCount,
  categories: version.categories,
  splits: version.splits,
  definition: { ...version.definition },
  created_at: version.createdAt.toISOString(),
});

export const toSampleJson = (sample: SampleEntity): z.infer<typeof storedSampleSchema> => ({
  ordinal: sample.ordinal < 0 ? null : sample.ordinal,
  id: sample.sampleId,
  input: sample.input,
  target: sample.targets,
  choices: sample.choices,
  category: sample.category,
  split: sample.split,
  tags: sample.tags ?? [],
  metadata: sample.metadata,
});
