import type { AddressGuard } from '#libs/outbound';
import type { AgentAdapter, AgentSpec } from '../agent-adapter.js';
import type { ProviderConfig, ProviderRates } from '../provider/endpoint.js';
import { ProviderAdapterFactory } from '../provider/provider-adapter-factory.js';
import type { ProviderConnection } from '../provider/provider-connection.js';
import { AnthropicAdapter } from './anthropic-adapter.js';
import { anthropicSettings } from './anthropic-settings.js';

/** Agents at Anthropic, and at every server that speaks its Messages API. */
export class AnthropicAdapterFactory extends ProviderAdapterFactory {
  readonly kind = 'anthropic';
  readonly settingsSchema = anthropicSettings;

  constructor(config: ProviderConfig, guard: AddressGuard, rates?: ProviderRates) {
    super(
      {
        name: 'Anthropic',
        officialUrl: 'https://api.anthropic.com',
        keyVariable: 'ANTHROPIC_API_KEY',
        urlVariable: 'ANTHROPIC_BASE_URL',
        operatorKey: config.anthropicApiKey,
        operatorUrl: config.anthropicBaseUrl,
      },
      config,
      guard,
      rates,
    );
  }

  protected adapter(agent: AgentSpec, connection: ProviderConnection): AgentAdapter {
    return new AnthropicAdapter(connection, agent.model, anthropicSettings.parse(agent.settings));
  }
}
