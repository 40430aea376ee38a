import type { Usage } from './agent-adapter.js';

/**
 * Who must act on a failed call:
 * - `retryable`: the network or the provider; another try may succeed (5xx, reset, time-out, truncated body)
 * - `rate_limited`: wait; `retryAfterMs` is the provider's own word where it gave one
 * - `agent_fault`: the agent itself cannot answer this sample (refused prompt, context too long, no answer recorded)
 * - `blocked`: nobody's call will work until an operator mends the account (key, permission, credit); then all will
 * - `configuration`: no call will ever work as the agent or the run is configured (model name, setting, address)
 */
export type AgentErrorKind = 'retryable' | 'rate_limited' | 'agent_fault' | 'blocked' | 'configuration';

export class AgentError extends Error {
  override readonly name = 'AgentError';

  /** @param code stable, snake_case, e.g. `provider_key_rejected`, `provider_timeout`, `context_too_long`. */
  constructor(
    readonly kind: AgentErrorKind,
    readonly code: string,
    message: string,
    readonly details: {
      retryAfterMs?: number;
      status?: number;
      /** What the provider counted, where it counted a call that failed. */
      usage?: Usage;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }
}
