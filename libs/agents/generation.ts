import { z } from 'zod';
import type { GenerationSettings } from './agent-adapter.js';

/** Generation settings as they are written in JSON. */
export const generationSchema = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  max_tokens: z.int().min(1).max(1_000_000).optional(),
  stop: z.array(z.string().min(1).max(200)).min(1).max(4).optional(),
});

export type GenerationJson = z.infer<typeof generationSchema>;

export const toGenerationSettings = (json: GenerationJson): GenerationSettings => ({
  temperature: json.temperature,
  topP: json.top_p,
  maxTokens: json.max_tokens,
  stop: json.stop,
});
