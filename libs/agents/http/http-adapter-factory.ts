import { createHash } from 'node:crypto';
import type { AppConfig } from '#libs/config';
import type { CallLimitSpec } from '#libs/limits';
import type { GuardedClient } from '#libs/outbound';
import {
  AdapterFactory,
  type AgentAdapter,
  type AgentSpec,
  type ConfigurationProblem,
} from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import type { ProviderConfig } from '../provider/endpoint.js';
import { HttpAdapter } from './http-adapter.js';
import { httpSettings, type HttpSettings } from './http-settings.js';

/** Agents behind a URL that users chose, called through the guarded client. */
export class HttpAdapterFactory extends AdapterFactory {
  readonly kind = 'http';
  readonly remote = true;
  readonly settingsSchema = httpSettings;

  constructor(
    private readonly client: GuardedClient,
    private readonly config: ProviderConfig,
    private readonly secrets: AppConfig['agents']['secrets'],
  ) {
    super();
  }

  override checkAtSave(settings: Record<string, unknown>): Promise<void> {
    return this.client.check(httpSettings.parse(settings).url);
  }

  problems(agent: AgentSpec): ConfigurationProblem[] {
    const settings = httpSettings.parse(agent.settings);
    const { origin } = new URL(settings.url);
    return secretNames(settings).flatMap((name): ConfigurationProblem[] => {
      const variable = `AGENT_SECRET_${name}`;
      const secret = this.secrets.get(name);
      if (!secret) {
        const message = `Agent "${agent.name}" sends the secret ${name}, which is not set. Set ${variable} to "${origin} <the secret>".`;
        return [{ code: 'missing_secret', variable, message }];
      }
      if (secret.origin === origin) return [];
      const message = `Agent "${agent.name}" would send the secret ${name} to ${origin}, but ${variable} allows another origin alone.`;
      return [{ code: 'secret_not_for_origin', variable, message }];
    });
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

  create(agent: AgentSpec): AgentAdapter {
    const [problem] = this.problems(agent);
    if (problem) throw new AgentError('configuration', problem.code, problem.message);
    const settings = httpSettings.parse(agent.settings);
    const secrets = secretNames(settings).map((name): [string, string] => [
      name,
      this.secrets.get(name)?.value ?? '',
    ]);
    return new HttpAdapter(this.client, this.config, settings, agent.model, new Map(secrets));
  }
}

const secretNames = ({ headers }: HttpSettings): string[] => [
  ...new Set(Object.values(headers).flatMap((value) => (typeof value === 'string' ? [] : [value.secret]))),
];
