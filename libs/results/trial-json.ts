import { z } from 'zod';
import { OUTCOMES } from './trial.js';

/** By name of the scorer. */
export const scoresSchema = z
  .record(z.string(), z.object({ value: z.number().min(0).max(1), answer: z.string().nullable() }))
  .nullable();

/** The narrow half of a trial, as the API and exports write it. */
export const resultSchema = z.object({
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

/** The wide half of a trial, as the API and exports write it. */
export const transcriptSchema = z.object({
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

export type ResultJson = z.infer<typeof resultSchema>;
export type TranscriptJson = z.infer<typeof transcriptSchema>;
