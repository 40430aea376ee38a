import { z } from 'zod';

/** One answer as it was given. */
const recordedAnswerSchema = z.strictObject({
  output: z.string(),
  usage: z.strictObject({ input_tokens: z.int32().min(0), output_tokens: z.int32().min(0) }).optional(),
  finish_reason: z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'other']).default('stop'),
});

export type RecordedAnswer = z.infer<typeof recordedAnswerSchema>;

/** One line of an uploaded JSONL of recorded answers. */
export const recordingLineSchema = recordedAnswerSchema.extend({
  sample_id: z.string().min(1).max(200),
  epoch: z.int().min(1).max(100).default(1),
});

export type RecordingLine = z.infer<typeof recordingLineSchema>;

/** Where the `replay` adapter finds its answers. */
export abstract class RecordingSource {
  /** The answer recorded for exactly this epoch; another epoch's would make trials look independent. */
  abstract find(agentId: string, sampleId: string, epoch: number): Promise<RecordedAnswer | null>;
}
