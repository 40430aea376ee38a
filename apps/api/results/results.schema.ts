import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { OUTCOMES, type ResultEntity, type ResultOverrideEntity, type TranscriptEntity } from '#libs/results';
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

const scoresSchema = z
  .record(z.string(), z.object({ value: z.number(), answer: z.string().nullable() }))
  .nullable();

const resultSchema = z.object({
  run_id: z.uuid(),
  entry_id: z.uuid(),
  agent: z.string(),
  sample_id: z.string(),
  epoch: z.int(),
  category: z.string().nullable(),
  outcome: z.enum(OUTCOMES),
  score: z.number().min(0).max(1).nullable(),
  scores: scoresSchema.describe("The scorers' own, also where the score was set by hand"),
  overridden: z.boolean().describe('Whether the score was set by hand'),
  latency_ms: z.number().nullable().describe('Null where the answer came in a batch'),
  ttft_ms: z.number().nullable(),
  input_tokens: z.int().nullable(),
  output_tokens: z.int().nullable(),
  cost_usd: z.number().nullable(),
  attempts: z.int(),
  error_code: z.string().nullable(),
  created_at: z.iso.datetime(),
});

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

const toolCallSchema = z.object({ id: z.string(), name: z.string(), arguments: z.string() });

const messageSchema = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.union([
    z.string(),
    z.array(
      z.union([
        z.object({ type: z.literal('text'), text: z.string() }),
        z.object({ type: z.literal('image'), image: z.string().describe('Media type and SHA-256') }),
      ]),
    ),
  ]),
  calls: z.array(toolCallSchema).optional().describe("An assistant's calls of tools"),
  reasoning: z.array(z.unknown()).optional().describe('Signed or encrypted, as the provider gave it'),
  id: z.string().optional().describe('The call that a message of role "tool" answers'),
  name: z.string().optional(),
  error: z.literal(true).optional(),
});

const stepSchema = z.object({
  by: z.enum(['agent', 'user']).describe('What a simulated user takes is not counted to the trial'),
  message: z.int().describe('Place of the answer in messages; the last one, the output, is behind their end'),
  latency_ms: z.number(),
  ttft_ms: z.number().nullable(),
  input_tokens: z.int().nullable(),
  output_tokens: z.int().nullable(),
  cost_usd: z.number().nullable(),
  attempts: z.int(),
  finish_reason: z.string(),
  raw_id: z.string().nullable(),
});

const verdictSchema = z.object({
  scorer: z.string().describe('Name of the scorer that asked, within a set with its place: kind.0'),
  judge: z.string().describe('name@version of the agent that was asked'),
  repeat: z.int(),
  order: z
    .enum(['candidate_first', 'reference_first'])
    .nullable()
    .describe('Of a pair; null where the output was judged alone'),
  value: z.number().nullable().describe("From 0 to 1, of the agent's output; null where there is no verdict"),
  explanation: z.string().nullable(),
  error: z.string().nullable().describe('Why there is no verdict'),
  latency_ms: z.number().nullable(),
  input_tokens: z.int().nullable(),
  output_tokens: z.int().nullable(),
  cost_usd: z.number().nullable(),
});

const transcriptSchema = z.object({
  run_id: z.uuid(),
  entry_id: z.uuid(),
  sample_id: z.string(),
  epoch: z.int(),
  messages: z.array(messageSchema),
  output: z.string().nullable(),
  tool_calls: z.array(toolCallSchema).nullable(),
  finish_reason: z.string().nullable(),
  raw_id: z.string().nullable(),
  error: z.string().nullable(),
  explanations: z.record(z.string(), z.string()).nullable().describe('Scorer name → why it gave its value'),
  steps: z
    .array(stepSchema)
    .nullable()
    .describe('The answers of a conversation and what each took; null where the agent was simply asked'),
  state: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe("What the functions of a conversation's tools left; null where there were none"),
  verdicts: z
    .array(verdictSchema)
    .nullable()
    .describe('All that judges said; what they took is counted to the run, and not to the trial'),
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

export const toResultJson = (result: ResultEntity, run: RunView): z.infer<typeof resultSchema> => ({
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

export const toTranscriptJson = (
  transcript: TranscriptEntity,
  sampleId: string,
): z.infer<typeof transcriptSchema> => ({
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
