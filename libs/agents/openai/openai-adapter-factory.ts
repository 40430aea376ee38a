import type { AddressGuard } from '#libs/outbound';
import type { AgentAdapter, AgentSpec } from '../agent-adapter.js';
import type { ProviderConfig, ProviderRates } from '../provider/endpoint.js';
import { ProviderAdapterFactory } from '../provider/provider-adapter-factory.js';
import type { ProviderConnection } from '../provider/provider-connection.js';
import { OpenAiAdapter } from './openai-adapter.js';
import { openAiSettings } from './openai-settings.js';

/** Agents at OpenAI, and at every server that speaks its protocols: Ollama, vLLM, llama.cpp, LM Studio. */
export class OpenAiAdapterFactory extends ProviderAdapterFactory {
  readonly kind = 'openai';
  readonly settingsSchema = openAiSettings;

  constructor(config: ProviderConfig, guard: AddressGuard, rates?: ProviderRates) {
    super(
      {
        name: 'OpenAI',
        officialUrl: 'https://api.openai.com/v1',
        keyVariable: 'OPENAI_API_KEY',
        urlVariable: 'OPENAI_BASE_URL',
        operatorKey: config.openaiApiKey,
        operatorUrl: config.openaiBaseUrl,
      },
      config,
      guard,
      rates,
    );
  }

  protected adapter(agent: AgentSpec, connection: ProviderConnection): AgentAdapter {
    return new OpenAiAdapter(connection, agent.model, openAiSettings.parse(agent.settings));
  }
}
