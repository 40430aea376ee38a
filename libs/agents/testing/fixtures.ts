import { AddressGuard } from '#libs/outbound';
import type { AgentRequest, AgentSpec } from '../agent-adapter.js';
import type { ProviderConfig } from '../provider/endpoint.js';

export const agentSpec = (spec: Partial<AgentSpec> & Pick<AgentSpec, 'adapter' | 'model'>): AgentSpec => ({
  id: 'agent-1',
  name: 'an agent',
  settings: {},
  ...spec,
});

export function agentRequest(question: string, request: Partial<AgentRequest> = {}): AgentRequest {
  return {
    messages: [{ role: 'user', content: question }],
    settings: {},
    trial: { sampleId: 'sample-1', epoch: 1, seed: 7 },
    ...request,
  };
}

export const providerConfig = (config: Partial<ProviderConfig> = {}): ProviderConfig => ({
  openaiApiKey: undefined,
  openaiBaseUrl: undefined,
  anthropicApiKey: undefined,
  anthropicBaseUrl: undefined,
  headersTimeoutMs: 5000,
  idleTimeoutMs: 5000,
  totalTimeoutMs: 10_000,
  maxResponseBytes: 1024 * 1024,
  ...config,
});

/** Lets an agent's own `base_url` lead to the servers of tests. */
export const loopbackAllowed = new AddressGuard(['127.0.0.1']);
