import type Anthropic from '@anthropic-ai/sdk';
import type { z } from 'zod';
import { AgentAdapter, type AgentRequest, type AgentResponse, type BatchPort } from '../agent-adapter.js';
import type { CallOptions, ProviderConnection } from '../provider/provider-connection.js';
import type { anthropicSettings } from './anthropic-settings.js';
import { AnthropicBatches } from './batches.js';
import { completeMessage } from './messages.js';

export class AnthropicAdapter extends AgentAdapter {
  override readonly batch: BatchPort | undefined = undefined;
  private client: Promise<Anthropic> | undefined;

  constructor(
    private readonly connection: ProviderConnection,
    private readonly model: string,
    private readonly settings: z.infer<typeof anthropicSettings>,
  ) {
    super();
    if (settings.batch) {
      this.batch = new AnthropicBatches({ connection, model, settings }, (signal, work) =>
        this.call(signal, work),
      );
    }
  }

  complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse> {
    const { model, settings } = this;
    return this.call(signal, (client, options) =>
      completeMessage({ client, model, settings, request, options }),
    );
  }

  private call<T>(
    signal: AbortSignal,
    work: (client: Anthropic, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    return this.connection.call(signal, async (options) =>
      work(await (this.client ??= this.connect()), options),
    );
  }

  private async connect(): Promise<Anthropic> {
    const { default: Client } = await import('@anthropic-ai/sdk');
    // Null: these would come from the environment, and would be sent to servers that are not Anthropic.
    return new Client({ authToken: null, webhookKey: null, ...this.connection.sdkOptions() });
  }
}
