import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import {
  OUTCOMES,
  resultSchema,
  scoresSchema,
  transcriptSchema,
  type ResultEntity,
  type ResultJson,
  type ResultOverrideEntity,
  type TranscriptEntity,
  type TranscriptJson,
} from '#libs/results';
import type { RunOutline } from '#libs/runs';
import { pageOf, pageQuerySchema } from '../http/page.schema.js';

const resultQuerySchema = pageQuerySchema.extend({
  run_id: z.uuid(),
  agent: z.string().max(300).optional().describe("An agent's name or id, or an entry's id"),
  outcome: z.enum(OUTCOMES).optional(),
  category: z.string().max(100).optional(),
  sample_id: z.string().max(200).optional(),
  min_score: z.coerce.number().min(0).max(1).optional(),
  max_score: z.coerce.number().min(0).max(1).optional(),
  overridden: z.enum(['true', 'false']).optional().describe('Whether its score was set by hand'),
});

const epoch = z.coerce.number().int().min(1).max(100).default(1);
const transcriptQuerySchema = z.strictObject({ epoch });

const noteShape = {
  reason: z.string().trim().min(1).max(2000),
  author: z.string().trim().min(1).max(200).optional().describe('Who says so'),
};
const newOverrideSchema = z
  .strictObject({
    epoch: z.int().min(1).max(100).default(1),
    score: z.number().min(0).max(1),
    ...noteShape,
  })
  .meta({
    examples: [{ score: 1, reason: 'Right: the target has the old spelling.', author: 'Ada' }],
  });
const overrideQuerySchema = z.strictObject({ epoch, ...noteShape });
const overridesQuerySchema = pageQuerySchema.extend({ epoch });

const stateSchema = {
  outcome: z.enum(OUTCOMES),
  score: z.number().min(0).max(1).nullable(),
};

const overrideSchema = z.object({
  revision: z.int(),
  kind: z.enum(['set', 'restored']).describe("Set by hand, or the scorers' own put back"),
  ...stateSchema,
  reason: z.string(),
  author: z.string().nullable(),
  created_at: z.iso.datetime(),
  former: z.object({
    ...stateSchema,
    scores: scoresSchema,
    error_code: z.string().nullable(),
    overridden: z.boolean(),
  }),
});

export class ResultQuery extends createZodDto(resultQuerySchema) {}
export class TranscriptQuery extends createZodDto(transcriptQuerySchema) {}
export class NewOverrideDto extends createZodDto(newOverrideSchema) {}
export class OverrideQuery extends createZodDto(overrideQuerySchema) {}
export class OverridesQuery extends createZodDto(overridesQuerySchema) {}
export class OverridePageDto extends createZodDto(pageOf(overrideSchema, 'Override')) {}
export class ResultDto extends createZodDto(resultSchema) {}
export class ResultPageDto extends createZodDto(pageOf(resultSchema, 'Result')) {}
export class TranscriptDto extends createZodDto(transcriptSchema) {}

export const toResultJson = (result: ResultEntity, run: RunOutline): ResultJson => ({
  run_id: result.runId,
  entry_id: result.entryId,
  agent: run.entries.find((entry) => entry.id === result.entryId)?.agent.name ?? result.entryId,
  sample_id: result.sampleId,
  epoch: result.epoch,
  category: result.category,
  outcome: result.outcome,
  score: result.score,
  scores: result.scores,
  overridden: result.overridden,
  latency_ms: result.latencyMs,
  ttft_ms: result.ttftMs,
  input_tokens: result.inputTokens,
  output_tokens: result.outputTokens,
  cost_usd: result.costUsd === null ? null : Number(result.costUsd),
  attempts: result.attempts,
  error_code: result.errorCode,
  created_at: result.createdAt.toISOString(),
});

export const toOverrideJson = (override: ResultOverrideEntity): z.infer<typeof overrideSchema> => ({
  revision: override.revision,
  kind: override.kind,
  outcome: override.outcome,
  score: override.score,
  reason: override.reason,
  author: override.author,
  created_at: override.createdAt.toISOString(),
  former: {
    outcome: override.formerOutcome,
    score: override.formerScore,
    scores: override.formerScores,
    error_code: override.formerErrorCode,
    overridden: override.formerOverridden,
  },
});

export const toTranscriptJson = (transcript: TranscriptEntity, sampleId: string): TranscriptJson => ({
  run_id: transcript.runId,
  entry_id: transcript.entryId,
  sample_id: sampleId,
  epoch: transcript.epoch,
  messages: transcript.messages,
  output: transcript.output,
  tool_calls: transcript.toolCalls,
  finish_reason: transcript.finishReason,
  raw_id: transcript.rawId,
  error: transcript.error,
  explanations: transcript.explanations,
  steps: transcript.steps,
  state: transcript.state,
  verdicts: transcript.verdicts,
});
