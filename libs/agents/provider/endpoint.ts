import type { AppConfig } from '#libs/config';
import type { Secret, WorkspaceSecrets } from '#libs/vault';
import type { ConfigurationProblem } from '../agent-adapter.js';

export type ProviderConfig = AppConfig['providers'];
/** What the operator's account may use in a minute. */
export type ProviderRates = AppConfig['limits']['rates'][keyof AppConfig['limits']['rates']];

/** Where an agent's calls go, and as whom. */
export interface Endpoint {
  /** For messages: `OpenAI`, or the origin of a server that is not the provider itself. */
  name: string;
  baseUrl: string;
  apiKey: string;
  /** Whether it is the provider itself, and not a server that speaks its protocol. */
  official: boolean;
  /** What to do when the endpoint refuses the key. */
  keyAdvice: string;
  /** The agent's setting that says where it is. Default: `base_url`. */
  urlSetting?: string;
}

/** What distinguishes one provider from another before any call. */
export interface Provider {
  name: string;
  officialUrl: string;
  /** Environment variables of the operator. */
  keyVariable: string;
  urlVariable: string;
  operatorKey?: string;
  operatorUrl?: string;
}

/** Sent where the operator has no key for the endpoint: the SDKs demand one, servers without keys ignore it. */
export const NO_KEY = 'no-key';

/** What an agent's calls are to bring along. */
interface Key {
  /** Of the account, for limits: the same for every value that a secret has had. Tells nothing of the key. */
  account: string;
  /** Of this value; likewise. */
  id: string;
  /** @throws AppError where it cannot be read just now. */
  reveal(): string;
}

const NONE: Key = { account: 'none', id: 'none', reveal: () => NO_KEY };

const homeOf = ({ operatorUrl, officialUrl }: Provider): string => operatorUrl ?? officialUrl;

/** Where agents without a `base_url` are, and so whom a workspace's key is for unless it says otherwise. */
export const homeOrigin = (provider: Provider): string => new URL(homeOf(provider)).origin;

function serverOf(
  provider: Provider,
  agentUrl: string | undefined,
): Pick<Endpoint, 'name' | 'baseUrl' | 'official'> {
  const baseUrl = agentUrl ?? homeOf(provider);
  const { hostname, origin } = new URL(baseUrl);
  const officialHost = new URL(provider.officialUrl).hostname;
  const official = hostname === officialHost || hostname.endsWith(`.${officialHost}`);
  return { name: official ? provider.name : `The server at ${origin}`, baseUrl, official };
}

/** Whether an agent's calls go to the provider itself, which answers nobody without a key. */
export const needsKey = (provider: Provider, agentUrl: string | undefined): boolean =>
  serverOf(provider, agentUrl).official;

/**
 * The workspace's key goes to the one origin that it was set for. The operator's goes to the provider or to the
 * operator's own URL, never to an agent's `base_url`: whoever may create an agent could have it sent anywhere.
 */
export function keyOf(provider: Provider, agentUrl: string | undefined, secrets: WorkspaceSecrets): Key {
  const own = secrets.get(provider.keyVariable);
  if (own?.origin === new URL(serverOf(provider, agentUrl).baseUrl).origin) return keyFrom(own);
  if (own || agentUrl !== undefined || provider.operatorKey === undefined) return NONE;
  const { operatorKey } = provider;
  return { account: 'operator', id: 'operator', reveal: () => operatorKey };
}

const keyFrom = (secret: Secret): Key => ({
  account: secret.id,
  id: secret.versionId,
  reveal: () => secret.reveal(),
});

/**
 * What is wrong where the workspace's key is for another origin than the agent's calls go to. One that is for the
 * provider says nothing of agents with a server of their own, which may well need none.
 */
export function wrongOrigin(
  agentName: string,
  provider: Provider,
  agentUrl: string | undefined,
  secrets: WorkspaceSecrets,
): ConfigurationProblem | null {
  const { keyVariable } = provider;
  const own = secrets.get(keyVariable);
  const { origin } = new URL(serverOf(provider, agentUrl).baseUrl);
  if (!own || own.origin === origin) return null;
  if (agentUrl !== undefined && own.origin === homeOrigin(provider)) return null;
  return {
    code: 'secret_not_for_origin',
    variable: keyVariable,
    message: `Agent "${agentName}" calls ${origin}, but the workspace's ${keyVariable} is for ${own.origin} alone. If ${origin} is to get a key, set it anew for that: PUT /api/v1/secrets/${keyVariable} {"value": "<the key>", "origin": "${origin}"}.`,
  };
}

/** @throws AppError where the key cannot be read just now. */
export function endpointOf(
  provider: Provider,
  agentUrl: string | undefined,
  secrets: WorkspaceSecrets,
): Endpoint {
  const key = keyOf(provider, agentUrl, secrets);
  return {
    ...serverOf(provider, agentUrl),
    apiKey: key.reveal(),
    keyAdvice: keyAdvice(provider, agentUrl, key),
  };
}

function keyAdvice(provider: Provider, agentUrl: string | undefined, key: Key): string {
  const { keyVariable, urlVariable } = provider;
  if (key.account === 'operator' || (key === NONE && agentUrl === undefined))
    return `Set ${keyVariable} to a key that it accepts, for all or with PUT /api/v1/secrets/${keyVariable} for the workspace.`;
  if (key === NONE)
    return `An agent's own base_url is sent no key but one that was set for it with PUT /api/v1/secrets/${keyVariable}: set one, let that server accept calls without, or make it the operator's ${urlVariable}.`;
  return `Set the workspace's key anew with PUT /api/v1/secrets/${keyVariable}.`;
}
