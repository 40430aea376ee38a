import { z } from 'zod';

/**
 * The parts of an eval log of Inspect AI (version 2, `EvalLog` in its inspect_ai/log/_log.py) that become a run. Whatever
 * else a log has is let through: newer versions add fields.
 */

const text = z.string();
const config = z.looseObject({
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  max_tokens: z.number().nullish(),
  stop_seqs: z.array(text).nullish(),
});

export const evalSchema = z.looseObject({
  eval_id: text.nullish(),
  run_id: text.nullish(),
  task_id: text.nullish(),
  created: text,
  task: text.min(1),
  task_version: z.union([text, z.number()]).nullish(),
  model: text.min(1),
  config: z.looseObject({
    epochs: z.int().min(1).nullish(),
    epochs_reducer: z.array(text).nullish(),
  }),
  model_generate_config: config.nullish(),
  scorers: z.array(z.looseObject({ name: text, options: z.record(text, z.unknown()).nullish() })).nullish(),
  sandbox: z.unknown().optional(),
});

export const planSchema = z.looseObject({
  steps: z.array(z.looseObject({ solver: text })).default([]),
  config: config.nullish(),
});

export const statsSchema = z.looseObject({ started_at: text.nullish(), completed_at: text.nullish() });

const contentSchema = z.union([
  text,
  z.array(z.looseObject({ type: text, text: text.optional(), image: text.optional() })),
]);

const messageSchema = z.looseObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: contentSchema.nullish(),
  tool_calls: z
    .array(z.looseObject({ id: text.nullish(), function: text, arguments: z.unknown().optional() }))
    .nullish(),
  tool_call_id: text.nullish(),
  function: text.nullish(),
  error: z.unknown().optional(),
});

export type InspectMessage = z.infer<typeof messageSchema>;

const usageSchema = z.looseObject({
  input_tokens: z.int().min(0).default(0),
  output_tokens: z.int().min(0).default(0),
  total_cost: z.number().min(0).nullish(),
});

const scoreSchema = z.looseObject({
  value: z.unknown().optional(),
  answer: text.nullish(),
  explanation: text.nullish(),
});

export const sampleSchema = z.looseObject({
  id: z.union([text, z.number()]),
  epoch: z.int().min(1).max(100),
  input: z.union([text, z.array(messageSchema)]),
  choices: z.array(text).nullish(),
  target: z.union([text, z.array(text)]),
  metadata: z.record(text, z.unknown()).nullish(),
  messages: z.array(messageSchema).default([]),
  output: z
    .looseObject({
      choices: z.array(z.looseObject({ message: messageSchema, stop_reason: text.nullish() })).default([]),
      completion: text.nullish(),
      usage: usageSchema.nullish(),
      time: z.number().min(0).nullish(),
    })
    .nullish(),
  scores: z.record(text, scoreSchema).nullish(),
  /** Of logs from before there could be several. */
  score: scoreSchema.nullish(),
  model_usage: z.record(text, usageSchema).nullish(),
  completed_at: text.nullish(),
  total_time: z.number().min(0).nullish(),
  working_time: z.number().min(0).nullish(),
  error: z.looseObject({ message: text }).nullish(),
  error_retries: z.array(z.unknown()).nullish(),
  limit: z.looseObject({ type: text }).nullish(),
  attachments: z.record(text, text).nullish(),
});

export type InspectSample = z.infer<typeof sampleSchema>;
export type InspectConfig = z.infer<typeof config>;
