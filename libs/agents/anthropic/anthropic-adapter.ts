import type Anthropic from '@anthropic-ai/sdk';
import type { z } from 'zod';
import { AgentAdapter, type AgentRequest, type AgentResponse } from '../agent-adapter.js';
import type { ProviderConnection } from '../provider/provider-connection.js';
import type { anthropicSettings } from './anthropic-settings.js';
import { completeMessage } from './messages.js';

export class AnthropicAdapter extends AgentAdapter {
  private client: Promise<Anthropic> | undefined;

  constructor(
    private readonly connection: ProviderConnection,
    private readonly model: string,
    private readonly settings: z.infer<typeof anthropicSettings>,
  ) {
    super();
  }

  complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse> {
    const { connection, model, settings } = this;
    return connection.call(signal, async (options) => {
      const client = await (this.client ??= this.connect());
      return completeMessage({ client, model, settings, request, options });
    });
  }

  private async connect(): Promise<Anthropic> {
    const { default: Client } = await import('@anthropic-ai/sdk');
    // Null: these would come from the environment, and would be sent to servers that are not Anthropic.
    return new Client({ authToken: null, webhookKey: null, ...this.connection.sdkOptions() });
  }
}
