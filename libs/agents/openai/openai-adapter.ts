import type OpenAI from 'openai';
import { AgentAdapter, type AgentRequest, type AgentResponse, type BatchPort } from '../agent-adapter.js';
import type { CallOptions, ProviderConnection } from '../provider/provider-connection.js';
import type { z } from 'zod';
import { completeChat } from './chat-completions.js';
import { OpenAiBatches } from './batches.js';
import { completeEmbedding } from './embeddings.js';
import type { openAiSettings } from './openai-settings.js';
import { completeResponse } from './responses.js';

/** What either API is to be asked. */
export interface OpenAiQuestion {
  connection: ProviderConnection;
  model: string;
  settings: z.infer<typeof openAiSettings>;
  request: AgentRequest;
}

/** One call to either API. */
export interface OpenAiCall extends OpenAiQuestion {
  client: OpenAI;
  options: CallOptions;
}

export class OpenAiAdapter extends AgentAdapter {
  override readonly batch: BatchPort | undefined = undefined;
  private client: Promise<OpenAI> | undefined;

  constructor(
    private readonly connection: ProviderConnection,
    private readonly model: string,
    private readonly settings: OpenAiCall['settings'],
  ) {
    super();
    if (settings.batch) {
      this.batch = new OpenAiBatches({ connection, model, settings, api: this.api }, (signal, work) =>
        this.call(signal, work),
      );
    }
  }

  complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse> {
    const { connection, model, settings } = this;
    const completeText = this.api === 'responses' ? completeResponse : completeChat;
    const completeBy = settings.embeddings ? completeEmbedding : completeText;
    return this.call(signal, (client, options) =>
      completeBy({ client, connection, model, settings, request, options }),
    );
  }

  private get api(): 'responses' | 'chat' {
    return this.settings.api ?? (this.connection.endpoint.official ? 'responses' : 'chat');
  }

  private call<T>(
    signal: AbortSignal,
    work: (client: OpenAI, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    return this.connection.call(signal, async (options) =>
      work(await (this.client ??= this.connect()), options),
    );
  }

  private async connect(): Promise<OpenAI> {
    const { OpenAI: Client, AzureOpenAI } = await import('openai');
    // Null: these would come from the environment, and would be sent to servers that are not OpenAI.
    const options = { organization: null, project: null, adminAPIKey: null, webhookSecret: null };
    const apiVersion = this.settings.azure_api_version;
    if (apiVersion !== undefined)
      return new AzureOpenAI({ ...options, ...this.connection.sdkOptions(), apiVersion });
    return new Client({ ...options, ...this.connection.sdkOptions() });
  }
}
