import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '#libs/agents';
import { LIMIT_DEFAULTS, MAX_BLOCK_MS } from '#libs/limits';

const BASE_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** A longer wait than this does not occupy a slot: the trial is handed back, to be continued later. */
const LONG_WAIT_MS = LIMIT_DEFAULTS.maxWaitMs;

/** The trial is not over: whoever takes its shard up again after the delay continues it. */
export class Postponed extends Error {
  override readonly name = 'Postponed';

  /**
   * @param code and message of what holds it up.
   * @param outage whether it is that the provider does not answer.
   */
  constructor(
    readonly delayMs: number,
    readonly code: string,
    message: string,
    readonly outage = code === 'circuit_open',
  ) {
    super(message);
  }
}

/**
 * How long to wait before the next try, or null not to try again.
 * Exponential back-off with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"), unless the
 * provider said how long.
 * @param attempt calls made so far, from 1.
 * @param random in [0, 1).
 */
export function retryDelayMs(
  error: AgentError,
  attempt: number,
  maxAttempts: number,
  random: number,
): number | null {
  if (error.kind !== 'retryable' && error.kind !== 'rate_limited') return null;
  if (attempt >= maxAttempts) return null;
  if (error.details.retryAfterMs !== undefined) {
    return Math.min(error.details.retryAfterMs, MAX_BLOCK_MS);
  }
  return random * Math.min(BASE_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS);
}

/**
 * Calls until it succeeds, or fails in a way that another try would not mend. The one retry layer there is.
 * @param call is told which attempt it is.
 * @param before attempts made under earlier leases.
 * @throws what the last call threw, Postponed where the wait would be long, or the signal's reason.
 */
export async function withRetries<T>(
  call: (attempt: number) => Promise<T>,
  before: number,
  maxAttempts: number,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = before + 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      const delay =
        error instanceof AgentError ? retryDelayMs(error, attempt, maxAttempts, Math.random()) : null;
      if (delay === null) throw error;
      const { code, message } = error as AgentError;
      if (delay > LONG_WAIT_MS) throw new Postponed(delay, code, message);
      await sleep(delay, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
