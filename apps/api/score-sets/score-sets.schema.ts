import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { summarizeEntry } from '#libs/analytics';
import { OUTCOMES } from '#libs/results';
import {
  ENTRY_STATUSES,
  progressOf,
  RUN_STATUSES,
  runLimitsSchema,
  storedTrials,
  type EntryView,
  type NewScore,
  type ScoreSetView,
} from '#libs/runs';
import { scoringSpecSchema } from '#libs/scoring';
import { pageOf, pageQuerySchema } from '../http/page.schema.js';
import { summarySchema, toSummaryJson } from '../runs/runs.schema.js';

const newScoreSetSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100).describe('Each once for a run'),
    reason: z.string().trim().min(1).max(2000).optional(),
    scoring: scoringSpecSchema,
    max_cost_usd: runLimitsSchema.shape.max_cost_usd.describe('What its judges may cost'),
  })
  .meta({
    examples: [
      {
        name: 'lenient',
        reason: 'Case is no mistake here.',
        scoring: { scorers: [{ type: 'exact', ignore_case: true }] },
      },
    ],
  });

/** Of what an entry's summary says, that which is of scores; what the trials took is the original's. */
const scoresOf = summarySchema.pick({
  n: true,
  score: true,
  ci_low: true,
  ci_high: true,
  score_worst_case: true,
  score_best_case: true,
  outcomes: true,
  per_category: true,
  per_scorer: true,
  correct: true,
  consistency: true,
});

const changesSchema = z.object({
  changed: z.int().describe('Samples: raised, lowered, gained and lost'),
  raised: z.int(),
  lowered: z.int(),
  gained: z.int().describe('Had no score before'),
  lost: z.int().describe('Have no score now'),
  same: z.int(),
});

const entrySchema = z.object({
  id: z.uuid().describe('Wherever the id of an entry is asked for, as in comparisons'),
  source_entry_id: z.uuid(),
  agent: z.object({ id: z.uuid(), name: z.string(), version: z.int() }),
  status: z.enum(ENTRY_STATUSES),
  error_code: z.string().nullable(),
  error: z.string().nullable(),
  trials: z.int(),
  done: z.int(),
  cost_usd: z.number().describe('Of its judges'),
  original: scoresOf.nullable(),
  rescored: scoresOf.nullable().describe('Null until it has ended'),
  changes: changesSchema.nullable().describe('Likewise; by the mean over epochs'),
});

const scoreSetSchema = z.object({
  id: z.uuid(),
  run_id: z.uuid(),
  name: z.string(),
  reason: z.string().nullable(),
  status: z.enum(RUN_STATUSES),
  progress: z.number().min(0).max(1),
  error: z.string().nullable(),
  pause: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why it is paused'),
  benchmark: z.object({ name: z.string(), version: z.int(), content_hash: z.string() }),
  scoring: scoringSpecSchema,
  scoring_hash: z.string().describe('SHA-256 of scoring as canonical JSON'),
  scorer_versions: z.record(z.string(), z.int()),
  max_cost_usd: z.number().nullable(),
  cost_usd: z.number(),
  outdated: z.boolean().describe('Whether the run went on since, by a retry or an extension'),
  entries: z.array(entrySchema),
  created_at: z.iso.datetime(),
  started_at: z.iso.datetime().nullable(),
  completed_at: z.iso.datetime().nullable(),
});

const newScoreQuerySchema = pageQuerySchema.extend({
  entry: z.uuid().optional().describe('Of the set, or of the run that it scores'),
  outcome: z.enum(OUTCOMES).optional(),
  changed: z.enum(['true', 'false']).optional().describe('Whether outcome or score is another than before'),
});

const stateSchema = {
  outcome: z.enum(OUTCOMES),
  score: z.number().min(0).max(1).nullable(),
};

const newScoreSchema = z.object({
  entry_id: z.uuid(),
  agent: z.string(),
  sample_id: z.string(),
  epoch: z.int(),
  category: z.string().nullable(),
  ...stateSchema,
  scores: z
    .record(
      z.string(),
      z.object({ value: z.number(), answer: z.string().nullable(), explanation: z.string().nullable() }),
    )
    .nullable(),
  error_code: z.string().nullable(),
  error: z.string().nullable().describe('Why there is no score'),
  overridden: z.boolean(),
  original: z.object(stateSchema).nullable(),
});

export class NewScoreSetDto extends createZodDto(newScoreSetSchema) {}
export class ScoreSetDto extends createZodDto(scoreSetSchema) {}
export class ScoreSetPageDto extends createZodDto(pageOf(scoreSetSchema, 'ScoreSet')) {}
export class NewScoreQuery extends createZodDto(newScoreQuerySchema) {}
export class NewScorePageDto extends createZodDto(pageOf(newScoreSchema, 'NewScore')) {}

export const toScoreSetJson = (set: ScoreSetView): z.infer<typeof scoreSetSchema> => {
  const { run, source } = set;
  return {
    id: run.id,
    run_id: source.id,
    name: set.name,
    reason: set.reason,
    status: run.status,
    progress: progressOf(run),
    error: run.error,
    pause: run.pause,
    benchmark: {
      name: run.benchmark.name,
      version: run.benchmark.version,
      content_hash: run.benchmark.contentHash,
    },
    scoring: set.scoring,
    scoring_hash: set.scoringHash,
    scorer_versions: run.scorerVersions,
    max_cost_usd: run.limits.max_cost_usd ?? null,
    cost_usd: run.entries.reduce((sum, { costUsd }) => sum + costUsd, 0),
    outdated: source.completedAt === null || source.completedAt > run.createdAt,
    entries: set.entries.map((entry) => toEntryJson(entry, run.config.epochs, source.config.epochs)),
    created_at: run.createdAt.toISOString(),
    started_at: run.startedAt?.toISOString() ?? null,
    completed_at: run.completedAt?.toISOString() ?? null,
  };
};

const toEntryJson = (
  { rescored, original, changes }: ScoreSetView['entries'][number],
  epochs: number,
  sourceEpochs: number,
): z.infer<typeof entrySchema> => ({
  id: rescored.id,
  source_entry_id: original.id,
  agent: { id: rescored.agent.id, name: rescored.agent.name, version: rescored.agentVersion },
  status: rescored.status,
  error_code: rescored.errorCode,
  error: rescored.error,
  trials: rescored.trials,
  done: storedTrials(rescored),
  cost_usd: rescored.costUsd,
  original: toScoresJson(original, sourceEpochs),
  rescored: toScoresJson(rescored, epochs),
  changes: changes && {
    changed: changes.raised + changes.lowered + changes.gained + changes.lost,
    ...changes,
  },
});

const toScoresJson = (entry: EntryView, epochs: number): z.infer<typeof scoresOf> | null =>
  entry.rollup && toSummaryJson(summarizeEntry(entry, epochs));

export const toNewScoreJson = (row: NewScore, { run }: ScoreSetView): z.infer<typeof newScoreSchema> => ({
  entry_id: row.entryId,
  agent: run.entries.find(({ id }) => id === row.entryId)?.agent.name ?? row.entryId,
  sample_id: row.sampleId,
  epoch: row.epoch,
  category: row.category,
  outcome: row.outcome,
  score: row.score,
  scores:
    row.scores &&
    Object.fromEntries(
      Object.entries(row.scores).map(([name, score]) => [
        name,
        { ...score, explanation: row.explanations?.[name] ?? null },
      ]),
    ),
  error_code: row.errorCode,
  error: row.error,
  overridden: row.overridden,
  original: row.originalOutcome && { outcome: row.originalOutcome, score: row.originalScore },
});
