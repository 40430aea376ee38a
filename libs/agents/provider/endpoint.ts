import type { AppConfig } from '#libs/config';

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

/**
 * The operator's key goes to the provider or to the operator's own URL, never to an agent's `base_url`:
 * whoever may create an agent could have it sent anywhere.
 */
export function endpointOf(provider: Provider, agentUrl: string | undefined): Endpoint {
  const baseUrl = agentUrl ?? provider.operatorUrl ?? provider.officialUrl;
  const { hostname, origin } = new URL(baseUrl);
  const officialHost = new URL(provider.officialUrl).hostname;
  const official = hostname === officialHost || hostname.endsWith(`.${officialHost}`);
  return {
    name: official ? provider.name : `The server at ${origin}`,
    baseUrl,
    apiKey: agentUrl === undefined ? (provider.operatorKey ?? NO_KEY) : NO_KEY,
    official,
    keyAdvice:
      agentUrl === undefined
        ? `Set ${provider.keyVariable} to a key that it accepts.`
        : `An agent's own base_url is sent no key: let that server accept calls without one, or make it the operator's ${provider.urlVariable}.`,
  };
}
