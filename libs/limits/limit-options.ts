/** How limits behave; see the README. Tests shorten the times. */
export interface LimitOptions {
  /** Calls in flight to begin with, and at most, where a spec does not say. */
  start: number;
  ceiling: number;
  /** After a cut a limit stays for so long. */
  cooldownMs: number;
  /** A process that was silent for so long is taken for dead. */
  memberTtlMs: number;
  /** A call that is known to have to wait longer is refused instead. */
  maxWaitMs: number;
  /** Failures in a row that open the circuit, and how long it then stays open, each time in a row. */
  circuitFailures: number;
  circuitPausesMs: readonly number[];
  /** Of requests and tokens per minute. */
  windowSeconds: number;
}

export const LIMIT_DEFAULTS: Omit<LimitOptions, 'start' | 'ceiling'> = {
  cooldownMs: 15_000,
  memberTtlMs: 10_000,
  maxWaitMs: 5000,
  circuitFailures: 20,
  circuitPausesMs: [1000, 2000, 4000, 8000, 16_000, 30_000],
  windowSeconds: 60,
};
