const SECONDS = 1000;
const MINUTES = 60 * SECONDS;
const HOURS = 60 * MINUTES;

/** Between the tries, of which there is one more. */
const DELAYS_MS = [5 * SECONDS, 30 * SECONDS, 2 * MINUTES, 10 * MINUTES, 1 * HOURS, 3 * HOURS, 8 * HOURS];
/** Up to so much is added, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * @param attempts tries made so far, from 1.
 * @param random in [0, 1).
 * @returns ms until the next try; null where there is none.
 */
export function retryDelayMs(attempts: number, random: number): number | null {
  const delay = DELAYS_MS[attempts - 1];
  return delay === undefined ? null : Math.round(delay * (1 + JITTER * random));
}
