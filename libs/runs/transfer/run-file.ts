import { z } from 'zod';
import { agentNameSchema } from '#libs/agents';
import { benchmarkDefinitionSchema, benchmarkHeaderSchema } from '#libs/benchmarks';
import { resultSchema, transcriptSchema } from '#libs/results';
import { runConfigSchema } from '../run-config.js';
import { runLimitsSchema } from '../run-limits.js';

/**
 * A finished run as a file: JSONL of one `run` line, a `sample` line for each sample of its benchmark version, a `trial`
 * line for each trial by entry, sample and epoch, and one `end` line, by which a file that was cut is noticed.
 */
export const RUN_FORMAT = 'aibench-run';
export const RUN_FORMAT_VERSION = 1;

/** Longest line, in bytes: a transcript may hold a long conversation. */
export const MAX_RUN_LINE_BYTES = 64 * 1024 ** 2;

const count = z.int().min(0);
const count32 = z.int32().min(0);
const milliseconds = z.number().min(0).max(1e9);
/** As many digits as are kept. */
const usd = z.number().min(0).lt(1e9);
const time = z.iso.datetime({ offset: true });

/** Where a run was run. */
export const runOriginSchema = z.object({
  format: z.string().min(1).max(50).describe('"aibench-run", or of the tool that ran it'),
  instance: z.string().max(500).nullable().describe('The service that it was exported from'),
  run_id: z.string().min(1).max(200),
});

export type RunOrigin = z.infer<typeof runOriginSchema>;

const entrySchema = z.strictObject({
  agent: z.strictObject({
    name: agentNameSchema,
    version: z.int().min(1),
    adapter: z.string().min(1).max(50),
    model: z.string().max(300),
    settings: z.record(z.string(), z.unknown()),
  }),
  status: z.enum(['completed', 'failed', 'cancelled']),
  error_code: z.string().max(200).nullable(),
  error: z.string().nullable(),
  trials: count32.describe('Planned'),
  usage: z
    .strictObject({
      input_tokens: count,
      output_tokens: count,
      cost_usd: usd,
      rate_limited: count32,
      doubtful_usd: usd,
      doubtful_tokens: count,
    })
    .nullable()
    .describe('Of every call, failed ones too; null: that of its trials'),
  price_version: z.string().max(200).nullable(),
  completed_at: time.nullable(),
});

export const runLineSchema = z.strictObject({
  type: z.literal('run'),
  format: z.literal(RUN_FORMAT),
  version: z.literal(RUN_FORMAT_VERSION, `only version ${RUN_FORMAT_VERSION} is read here`),
  origin: runOriginSchema,
  run: z.strictObject({
    status: z.enum(['completed', 'failed', 'cancelled']),
    error: z.string().nullable(),
    config: runConfigSchema,
    limits: runLimitsSchema,
    scorer_versions: z.record(z.string(), z.int()),
    sample_count: count32.min(1),
    active_seconds: z.number().min(0),
    created_at: time,
    started_at: time.nullable(),
    completed_at: time,
  }),
  benchmark: z.strictObject({
    ...benchmarkHeaderSchema.shape,
    version: z.int().min(1),
    content_hash: z
      .string()
      .nullable()
      .describe('What it must come to here; null where nobody has computed it'),
    definition: benchmarkDefinitionSchema,
  }),
  entries: z.array(entrySchema).min(1).max(1000),
});

export type RunLine = z.infer<typeof runLineSchema>;
export type EntryLine = RunLine['entries'][number];

/** `sample` is checked as everywhere. */
export const sampleLineSchema = z.strictObject({ type: z.literal('sample'), sample: z.unknown() });

export const trialLineSchema = z
  .strictObject({
    type: z.literal('trial'),
    entry: count.describe('Place among the entries, from 0'),
    ordinal: count32.describe('Place of the sample among those that are scored, from 0'),
    ...resultSchema.omit({ run_id: true, entry_id: true, agent: true, category: true }).shape,
    ...transcriptSchema.omit({ run_id: true, entry_id: true }).shape,
    epoch: z.int().min(1).max(100),
    latency_ms: milliseconds.nullable(),
    ttft_ms: milliseconds.nullable(),
    input_tokens: count32.nullable(),
    output_tokens: count32.nullable(),
    cost_usd: usd.nullable(),
    attempts: count.max(2 ** 15 - 1),
    created_at: time,
  })
  .refine(({ outcome, score }) => (outcome === 'scored') === (score !== null), {
    path: ['score'],
    message: 'a trial has a score where its outcome is scored, and only there',
  });

export type TrialLine = z.infer<typeof trialLineSchema>;

export const endLineSchema = z.strictObject({
  type: z.literal('end'),
  samples: count,
  trials: count,
  sha256: z.string().describe('Of all lines before, each with its line feed'),
});

/** What imports of one run have in common, wherever they come from. */
export const importKeyOf = ({ format, run_id }: RunOrigin): string => `${format}:${run_id}`;
