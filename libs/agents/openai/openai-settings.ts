import { z } from 'zod';
import { remoteSettings } from '../provider/remote-settings.js';

export const openAiSettings = remoteSettings
  .extend({
    api: z
      .enum(['responses', 'chat'])
      .optional()
      .describe('Default: responses at OpenAI itself, chat (Chat Completions) at any other server.'),
    embeddings: z
      .literal(true)
      .optional()
      .describe('The model gives embeddings: the answer to a text is a JSON list of numbers.'),
    azure_api_version: z
      .string()
      .regex(/^[a-z0-9.-]{1,40}$/i)
      .optional()
      .describe(
        'Calls deployments of Azure OpenAI, where the model is the name of the deployment, by this api-version. The ' +
          'base URL is https://<resource>.openai.azure.com/openai.',
      ),
    reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).optional(),
  })
  .refine(
    ({ batch, embeddings, azure_api_version: azure }) => !batch || (!embeddings && azure === undefined),
    {
      path: ['batch'],
      error: 'goes neither with embeddings nor with azure_api_version',
    },
  );
