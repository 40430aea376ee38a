import { z } from 'zod';
import { remoteSettings } from '../provider/remote-settings.js';

export const anthropicSettings = remoteSettings.extend({
  thinking_budget: z
    .int()
    .min(1024)
    .optional()
    .describe('Tokens for extended thinking, on top of max_tokens.'),
});
