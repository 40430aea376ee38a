import type OpenAI from 'openai';
import { AgentAdapter, type AgentRequest, type AgentResponse } from '../agent-adapter.js';
import type { CallOptions, ProviderConnection } from '../provider/provider-connection.js';
import type { z } from 'zod';
import { completeChat } from './chat-completions.js';
import { completeEmbedding } from './embeddings.js';
import type { openAiSettings } from './openai-settings.js';
import { completeResponse } from './responses.js';

/** One call to either API. */
export interface OpenAiCall {
  client: OpenAI;
  connection: ProviderConnection;
  model: string;
  settings: z.infer<typeof openAiSettings>;
  request: AgentRequest;
  options: CallOptions;
}

export class OpenAiAdapter extends AgentAdapter {
  private client: Promise<OpenAI> | undefined;

  constructor(
    private readonly connection: ProviderConnection,
    private readonly model: string,
    private readonly settings: OpenAiCall['settings'],
  ) {
    super();
  }

  complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse> {
    const { connection, model, settings } = this;
    const api = settings.api ?? (connection.endpoint.official ? 'responses' : 'chat');
    const completeText = api === 'responses' ? completeResponse : completeChat;
    const completeBy = settings.embeddings ? completeEmbedding : completeText;
    return connection.call(signal, async (options) => {
      const client = await (this.client ??= this.connect());
      return completeBy({ client, connection, model, settings, request, options });
    });
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
