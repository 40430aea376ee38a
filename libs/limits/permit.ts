/** How a call ended; `neutral` says nothing about the provider: it was aborted, or the agent could not answer. */
export type CallOutcome =
  | { kind: 'success'; tokens?: number }
  | { kind: 'rate_limited'; retryAfterMs?: number }
  | { kind: 'failure' }
  | { kind: 'neutral' };

/** The right to make one call, until `done()`. */
export interface Permit {
  /** Gives it back; a second time does nothing. */
  done(outcome: CallOutcome): void;
}
