import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import {
  OUTCOMES,
  resultSchema,
  transcriptSchema,
  type ResultEntity,
  type ResultJson,
  type TranscriptEntity,
  type TranscriptJson,
} from '#libs/results';
import type { RunView } from '#libs/runs';
import { pageOf, pageQuerySchema } from '../http/page.schema.js';

const resultQuerySchema = pageQuerySchema.extend({
  run_id: z.uuid(),
  agent: z.string().max(300).optional().describe("An agent's name or id, or an entry's id"),
  outcome: z.enum(OUTCOMES).optional(),
  category: z.string().max(100).optional(),
  sample_id: z.string().max(200).optional(),
  min_score: z.coerce.number().min(0).max(1).optional(),
  max_score: z.coerce.number().min(0).max(1).optional(),
});

const transcriptQuerySchema = z.strictObject({ epoch: z.coerce.number().int().min(1).max(100).default(1) });

export class ResultQuery extends createZodDto(resultQuerySchema) {}
export class TranscriptQuery extends createZodDto(transcriptQuerySchema) {}
export class ResultPageDto extends createZodDto(pageOf(resultSchema, 'Result')) {}
export class TranscriptDto extends createZodDto(transcriptSchema) {}

export const toResultJson = (result: ResultEntity, run: RunView): ResultJson => ({
  run_id: result.runId,
  entry_id: result.entryId,
  agent: run.entries.find((entry) => entry.id === result.entryId)?.agent.name ?? result.entryId,
  sample_id: result.sampleId,
  epoch: result.epoch,
  category: result.category,
  outcome: result.outcome,
  score: result.score,
  scores: result.scores,
  latency_ms: result.latencyMs,
  ttft_ms: result.ttftMs,
  input_tokens: result.inputTokens,
  output_tokens: result.outputTokens,
  cost_usd: result.costUsd === null ? null : Number(result.costUsd),
  attempts: result.attempts,
  error_code: result.errorCode,
  created_at: result.createdAt.toISOString(),
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
  verdicts: transcript.verdicts,
});
