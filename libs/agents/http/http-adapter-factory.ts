import { createHash } from 'node:crypto';
import type { AppConfig } from '#libs/config';
import type { CallLimitSpec } from '#libs/limits';
import type { GuardedClient } from '#libs/outbound';
import type { WorkspaceSecrets } from '#libs/vault';
import {
  AdapterFactory,
  type AgentAdapter,
  type AgentSpec,
  type ConfigurationProblem,
} from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { KeyedAdapter } from '../keyed-adapter.js';
import type { ProviderConfig } from '../provider/endpoint.js';
import { HttpAdapter } from './http-adapter.js';
import { httpSettings, type HttpSettings } from './http-settings.js';

const NO_SECRETS: WorkspaceSecrets = new Map();

/** Agents behind a URL that users chose, called through the guarded client. */
export class HttpAdapterFactory extends AdapterFactory {
  readonly kind = 'http';
  readonly remote = true;
  readonly settingsSchema = httpSettings;

  constructor(
    private readonly client: GuardedClient,
    private readonly config: ProviderConfig,
    private readonly operators: AppConfig['agents']['secrets'],
  ) {
    super();
  }

  override checkAtSave(settings: Record<string, unknown>): Promise<void> {
    return this.client.check(httpSettings.parse(settings).url);
  }

  problems(agent: AgentSpec, secrets: WorkspaceSecrets = NO_SECRETS): ConfigurationProblem[] {
    const settings = httpSettings.parse(agent.settings);
    return secretNames(settings).flatMap(
      (name) => this.secretProblem(agent.name, settings, name, secrets) ?? [],
    );
  }

  limits({ settings, model }: AgentSpec, workspaceId: string): CallLimitSpec {
    const { url, headers, concurrency, requests_per_minute, tokens_per_minute } =
      httpSettings.parse(settings);
    const own = {
      fixed: concurrency,
      requestsPerMinute: requests_per_minute,
      tokensPerMinute: tokens_per_minute,
    };
    const account = createHash('sha256')
      .update(JSON.stringify([url, headers]))
      .digest('base64url')
      .slice(0, 16);
    return {
      key: [workspaceId, this.kind, account, model, ...Object.values(own)].join(' '),
      label: `http ${new URL(url).host}`,
      ...own,
    };
  }

  create(agent: AgentSpec, secrets: () => Promise<WorkspaceSecrets> = async () => NO_SECRETS): AgentAdapter {
    const settings = httpSettings.parse(agent.settings);
    const names = secretNames(settings);
    return new KeyedAdapter(secrets, (known) => {
      const [problem] = this.problems(agent, known);
      if (problem) throw new AgentError('blocked', problem.code, problem.message);
      const values = new Map(
        names.map((name) => [name, known.get(name)?.reveal() ?? this.operators.get(name)?.value ?? '']),
      );
      return {
        keyId: names.map((name) => known.get(name)?.versionId ?? name).join(' '),
        secrets: [...values.values()],
        connect: () => new HttpAdapter(this.client, this.config, settings, agent.model, values),
      };
    });
  }

  /** A secret goes to the one origin that it was set for: the workspace's, or else the operator's. */
  private secretProblem(
    agentName: string,
    settings: HttpSettings,
    name: string,
    secrets: WorkspaceSecrets,
  ): ConfigurationProblem | null {
    const { origin } = new URL(settings.url);
    const own = secrets.get(name);
    const secret = own ?? this.operators.get(name);
    if (secret?.origin === origin) return null;
    const put = `PUT /api/v1/secrets/${name} {"value": "<the secret>", "origin": "${origin}"}`;
    const variable = `AGENT_SECRET_${name}`;
    if (!secret) {
      const message = `Agent "${agentName}" sends the secret ${name}, which is not set. Set it for the workspace with ${put}, or have the operator set ${variable} to "${origin} <the secret>".`;
      return { code: 'missing_secret', variable, message };
    }
    const message = `Agent "${agentName}" would send the secret ${name} to ${origin}, but ${own ? "the workspace's secret" : variable} is for ${secret.origin} alone. If ${origin} is to get it, set it anew for that: ${put}.`;
    return { code: 'secret_not_for_origin', variable, message };
  }
}

const secretNames = ({ headers }: HttpSettings): string[] => [
  ...new Set(Object.values(headers).flatMap((value) => (typeof value === 'string' ? [] : [value.secret]))),
];
