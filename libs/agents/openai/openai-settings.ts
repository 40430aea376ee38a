import { z } from 'zod';
import { remoteSettings } from '../provider/remote-settings.js';

export const openAiSettings = remoteSettings.extend({
  api: z
    .enum(['responses', 'chat'])
    .optional()
    .describe('Default: responses at OpenAI itself, chat (Chat Completions) at any other server.'),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).optional(),
});
