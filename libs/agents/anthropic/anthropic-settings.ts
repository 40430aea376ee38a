import { z } from 'zod';
import { remoteSettings } from '../provider/remote-settings.js';

export const anthropicSettings = remoteSettings.extend({
  reasoning_effort: z
    .enum(['low', 'medium', 'high', 'xhigh', 'max'])
    .optional()
    .describe('How much effort the model puts into its answer; sent as output_config.effort.'),
  thinking_budget: z
    .int()
    .min(1024)
    .optional()
    .describe('Tokens for extended thinking, on top of max_tokens.'),
});
