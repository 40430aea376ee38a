import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { AppError } from '#libs/common';
import type { CallLimitSpec } from '#libs/limits';
import type { AddressGuard } from '#libs/outbound';
import { AdapterFactory, type AgentSpec, type ConfigurationProblem } from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { endpointOf, NO_KEY, type Provider, type ProviderConfig, type ProviderRates } from './endpoint.js';
import { ProviderConnection, providerDispatcher } from './provider-connection.js';
import type { remoteSettings } from './remote-settings.js';

/** What the adapters over a provider's SDK have in common. */
export abstract class ProviderAdapterFactory extends AdapterFactory {
  readonly remote = true;
  abstract override readonly settingsSchema: z.ZodType<z.infer<typeof remoteSettings>>;
  /** To where the operator said, and to where an agent's own settings do. */
  private readonly operators: Dispatcher;
  private readonly agents: Dispatcher;

  constructor(
    private readonly provider: Provider,
    private readonly config: ProviderConfig,
    private readonly guard: AddressGuard,
    private readonly rates: ProviderRates | undefined,
  ) {
    super();
    this.operators = providerDispatcher(config);
    this.agents = providerDispatcher(config, guard);
  }

  override async checkAtSave(settings: Record<string, unknown>): Promise<void> {
    const { base_url } = this.settingsSchema.parse(settings);
    if (base_url !== undefined) await this.guard.check(base_url);
  }

  problems(agent: AgentSpec): ConfigurationProblem[] {
    const { base_url } = this.settingsSchema.parse(agent.settings);
    const inside = this.addressProblem(base_url);
    if (inside) {
      return [{ code: inside.code, message: `Agent "${agent.name}" cannot be called: ${inside.message}` }];
    }
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

  /** @throws AgentError where the agent's own `base_url` is an address that it may not lead to. */
  protected connection({ base_url, headers }: z.infer<typeof remoteSettings>): ProviderConnection {
    const inside = this.addressProblem(base_url);
    if (inside) throw new AgentError('configuration', inside.code, inside.message);
    const dispatcher = base_url === undefined ? this.operators : this.agents;
    return new ProviderConnection(endpointOf(this.provider, base_url), this.config, dispatcher, headers);
  }

  /** What is wrong with an agent's own URL, as far as that is known without a look-up: connections judge names. */
  private addressProblem(url: string | undefined): AppError | null {
    try {
      if (url !== undefined) this.guard.hostOf(url);
      return null;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }
}
