import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { AppError } from '#libs/common';
import type { CallLimitSpec } from '#libs/limits';
import type { AddressGuard } from '#libs/outbound';
import type { WorkspaceSecrets } from '#libs/vault';
import {
  AdapterFactory,
  type AgentAdapter,
  type AgentSpec,
  type ConfigurationProblem,
  type ReservedSecret,
} from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { KeyedAdapter } from '../keyed-adapter.js';
import {
  endpointOf,
  homeOrigin,
  keyOf,
  needsKey,
  NO_KEY,
  wrongOrigin,
  type Provider,
  type ProviderConfig,
  type ProviderRates,
} from './endpoint.js';
import { ProviderConnection, providerDispatcher } from './provider-connection.js';
import type { remoteSettings } from './remote-settings.js';

const NO_SECRETS: WorkspaceSecrets = new Map();

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

  override get key(): ReservedSecret {
    return { name: this.provider.keyVariable, origin: homeOrigin(this.provider) };
  }

  problems(agent: AgentSpec, secrets: WorkspaceSecrets = NO_SECRETS): ConfigurationProblem[] {
    const { base_url } = this.settingsSchema.parse(agent.settings);
    const inside = this.addressProblem(base_url);
    if (inside) {
      return [{ code: inside.code, message: `Agent "${agent.name}" cannot be called: ${inside.message}` }];
    }
    const elsewhere = wrongOrigin(agent.name, this.provider, base_url, secrets);
    if (elsewhere) return [elsewhere];
    if (!needsKey(this.provider, base_url) || keyOf(this.provider, base_url, secrets).account !== 'none')
      return [];
    const { name, keyVariable } = this.provider;
    const remedy =
      base_url === undefined
        ? `Set ${keyVariable}, for all or with PUT /api/v1/secrets/${keyVariable} for the workspace.`
        : `Set ${keyVariable} and leave base_url out, or set it for this origin with PUT /api/v1/secrets/${keyVariable}: an agent's own base_url is never sent the operator's key.`;
    const message = `Agent "${agent.name}" calls ${name}, which needs a key. ${remedy}`;
    return [{ code: 'missing_api_key', variable: keyVariable, message }];
  }

  limits(
    { settings, model }: AgentSpec,
    workspaceId: string,
    secrets: WorkspaceSecrets = NO_SECRETS,
  ): CallLimitSpec {
    const { base_url, concurrency, requests_per_minute, tokens_per_minute } =
      this.settingsSchema.parse(settings);
    const { account } = keyOf(this.provider, base_url, secrets);
    // The operator's rates are those of the operator's account, of which nobody else's knows anything.
    const rates =
      base_url === undefined && (account === 'operator' || account === 'none') ? this.rates : undefined;
    const own = {
      fixed: concurrency,
      requestsPerMinute: requests_per_minute ?? rates?.requestsPerMinute,
      tokensPerMinute: tokens_per_minute ?? rates?.tokensPerMinute,
    };
    const server = createHash('sha256')
      .update(base_url ?? '')
      .digest('base64url')
      .slice(0, 16);
    return {
      key: [workspaceId, this.kind, server, account, model, ...Object.values(own)].join(' '),
      label: `${this.kind} ${model}`,
      ...own,
    };
  }

  /** @throws AgentError where the agent's own `base_url` is an address that it may not lead to. */
  create(agent: AgentSpec, secrets: () => Promise<WorkspaceSecrets> = async () => NO_SECRETS): AgentAdapter {
    const { base_url, headers, batch } = this.settingsSchema.parse(agent.settings);
    const inside = this.addressProblem(base_url);
    if (inside) throw new AgentError('configuration', inside.code, inside.message);
    const dispatcher = base_url === undefined ? this.operators : this.agents;
    return new KeyedAdapter(
      secrets,
      (known) => {
        const elsewhere = wrongOrigin(agent.name, this.provider, base_url, known);
        if (elsewhere) throw new AgentError('blocked', elsewhere.code, elsewhere.message);
        const endpoint = endpointOf(this.provider, base_url, known);
        return {
          keyId: keyOf(this.provider, base_url, known).id,
          secrets: endpoint.apiKey === NO_KEY ? [] : [endpoint.apiKey],
          connect: () =>
            this.adapter(agent, new ProviderConnection(endpoint, this.config, dispatcher, headers)),
        };
      },
      batch === true,
    );
  }

  /** One that asks by this connection. */
  protected abstract adapter(agent: AgentSpec, connection: ProviderConnection): AgentAdapter;

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
