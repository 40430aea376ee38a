/**
 * Who must act on a failed call:
 * - `retryable`: the network or the provider; another try may succeed (5xx, reset, time-out, truncated body)
 * - `rate_limited`: wait; `retryAfterMs` is the provider's own word where it gave one
 * - `agent_fault`: the agent itself cannot answer this sample (refused prompt, context too long, no answer recorded)
 * - `configuration`: nobody's call will work until an operator changes something (key, model name, permission)
 */
export type AgentErrorKind = 'retryable' | 'rate_limited' | 'agent_fault' | 'configuration';

export class AgentError extends Error {
  override readonly name = 'AgentError';

  /** @param code stable, snake_case, e.g. `provider_key_rejected`, `provider_timeout`, `context_too_long`. */
  constructor(
    readonly kind: AgentErrorKind,
    readonly code: string,
    message: string,
    readonly details: { retryAfterMs?: number; status?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
  }
}
