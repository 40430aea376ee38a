import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import type { CallLimitSpec } from '#libs/limits';
import { AdapterFactory, type AgentSpec, type ConfigurationProblem } from '../agent-adapter.js';
import { endpointOf, NO_KEY, type Provider, type ProviderConfig, type ProviderRates } from './endpoint.js';
import { ProviderConnection, providerDispatcher } from './provider-connection.js';
import type { remoteSettings } from './remote-settings.js';

/** What the adapters over a provider's SDK have in common. */
export abstract class ProviderAdapterFactory extends AdapterFactory {
  readonly remote = true;
  abstract override readonly settingsSchema: z.ZodType<z.infer<typeof remoteSettings>>;
  private readonly dispatcher: Dispatcher;

  constructor(
    private readonly provider: Provider,
    private readonly config: ProviderConfig,
    private readonly rates: ProviderRates | undefined,
  ) {
    super();
    this.dispatcher = providerDispatcher(config);
  }

  problems(agent: AgentSpec): ConfigurationProblem[] {
    const { base_url } = this.settingsSchema.parse(agent.settings);
    const { official, apiKey } = endpointOf(this.provider, base_url);
    if (!official || apiKey !== NO_KEY) return [];
    const { name, keyVariable } = this.provider;
    const remedy =
      base_url === undefined
        ? `Set ${keyVariable}.`
        : `Set ${keyVariable} and leave base_url out: an agent's own base_url is never sent the key.`;
    const message = `Agent "${agent.name}" calls ${name}, which needs a key. ${remedy}`;
    return [{ code: 'missing_api_key', variable: keyVariable, message }];
  }

  limits({ settings, model }: AgentSpec, workspaceId: string): CallLimitSpec {
    const { base_url, concurrency, requests_per_minute, tokens_per_minute } =
      this.settingsSchema.parse(settings);
    const { baseUrl, apiKey } = endpointOf(this.provider, base_url);
    // The operator's rates are those of the operator's account, which an agent's own server knows nothing of.
    const rates = base_url === undefined ? this.rates : undefined;
    const own = {
      fixed: concurrency,
      requestsPerMinute: requests_per_minute ?? rates?.requestsPerMinute,
      tokensPerMinute: tokens_per_minute ?? rates?.tokensPerMinute,
    };
    const account = createHash('sha256').update(`${baseUrl} ${apiKey}`).digest('base64url').slice(0, 16);
    return {
      key: [workspaceId, this.kind, account, model, ...Object.values(own)].join(' '),
      label: `${this.kind} ${model}`,
      ...own,
    };
  }

  protected connection({ base_url, headers }: z.infer<typeof remoteSettings>): ProviderConnection {
    return new ProviderConnection(endpointOf(this.provider, base_url), this.config, this.dispatcher, headers);
  }
}
