import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '#libs/agents';

const BASE_MS = 500;
const MAX_BACKOFF_MS = 30_000;
/** However long a provider asks to wait, this is the most. */
const MAX_RETRY_AFTER_MS = 600_000;

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
    return Math.min(error.details.retryAfterMs, MAX_RETRY_AFTER_MS);
  }
  return random * Math.min(BASE_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS);
}

/**
 * Calls until it succeeds, or fails in a way that another try would not mend. The one retry layer there is.
 * @throws what the last call threw, or the signal's reason.
 */
export async function withRetries<T>(
  call: (attempt: number) => Promise<T>,
  maxAttempts: number,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      const delay =
        error instanceof AgentError ? retryDelayMs(error, attempt, maxAttempts, Math.random()) : null;
      if (delay === null) throw error;
      await sleep(delay, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }
}
