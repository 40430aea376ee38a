import { z } from 'zod';
import { remoteSettings } from '../provider/remote-settings.js';

export const anthropicSettings = remoteSettings
  .extend({
    reasoning_effort: z
      .enum(['low', 'medium', 'high', 'xhigh', 'max'])
      .optional()
      .describe('How much effort the model puts into its answer; sent as output_config.effort.'),
    thinking_budget: z
      .int()
      .min(1024)
      .optional()
      .describe('Tokens for extended thinking, on top of max_tokens; for models that take a budget.'),
    thinking: z
      .enum(['adaptive', 'disabled'])
      .optional()
      .describe('For models that decide themselves how much they think. Default: that of the model.'),
  })
  .refine(({ thinking, thinking_budget }) => thinking === undefined || thinking_budget === undefined, {
    path: ['thinking'],
    error: 'goes without thinking_budget: a model takes one or the other',
  });
