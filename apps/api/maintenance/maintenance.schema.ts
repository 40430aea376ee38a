import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { JobView, Keep } from '#libs/maintenance';

const status = z
  .enum(['never', 'running', 'done', 'failed', 'interrupted'])
  .describe('`interrupted`: its process ended before it; it runs again when it is due');

const jobSchema = z
  .object({
    job: z.string(),
    description: z.string(),
    every_seconds: z.int(),
    status,
    started_at: z.iso.datetime().nullable(),
    finished_at: z.iso.datetime().nullable(),
    duration_s: z.number().nullable(),
    error: z.string().nullable(),
    detail: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('What the last one that did not fail came to'),
  })
  .meta({ id: 'MaintenanceJob' });

const days = (least: number) => z.int().min(least).max(36_500).nullable();

const keepSchema = z
  .strictObject({
    transcripts_days: days(1).describe('After the end of a run; null: as long as its results'),
    results_days: days(1).describe(
      'After the end of a run; null: for ever. Scores of runs and leaderboards stay; single trials do not',
    ),
    audit_days: days(30).describe('Null: for ever'),
  })
  .meta({ examples: [{ transcripts_days: 30, results_days: 365, audit_days: 400 }] });

export class JobListDto extends createZodDto(z.object({ items: z.array(jobSchema) })) {}
export class JobStartedDto extends createZodDto(
  z.object({ job: z.string(), status: z.literal('running') }),
) {}
export class RetentionDto extends createZodDto(keepSchema) {}
export class RetentionPreviewDto extends createZodDto(
  z.object({ transcripts: z.int(), results: z.int(), audit_log: z.int() }),
) {}

export function toJobJson({
  job,
  startedAt,
  finishedAt,
  error,
  detail,
  running,
}: JobView): z.infer<typeof jobSchema> {
  return {
    job: job.name,
    description: job.description,
    every_seconds: job.everySeconds,
    status: statusOf({ startedAt, finishedAt, error, running }),
    started_at: startedAt?.toISOString() ?? null,
    finished_at: finishedAt?.toISOString() ?? null,
    duration_s: startedAt && finishedAt && (finishedAt.getTime() - startedAt.getTime()) / 1000,
    error,
    detail,
  };
}

function statusOf(
  view: Pick<JobView, 'startedAt' | 'finishedAt' | 'error' | 'running'>,
): z.infer<typeof status> {
  if (view.startedAt === null) return 'never';
  if (view.finishedAt !== null) return view.error === null ? 'done' : 'failed';
  return view.running ? 'running' : 'interrupted';
}

export const toRetentionJson = (keep: Keep): z.infer<typeof keepSchema> => ({
  transcripts_days: keep.transcripts,
  results_days: keep.results,
  audit_days: keep.audit,
});

export const toKeep = (json: z.infer<typeof keepSchema>): Keep => ({
  transcripts: json.transcripts_days,
  results: json.results_days,
  audit: json.audit_days,
});
