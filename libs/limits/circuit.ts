import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhenResult,
  type CircuitBreakerPolicy,
} from 'cockatiel';

export type CallResult = 'success' | 'failure' | 'neutral';

/**
 * Opens when the provider fails call after call, and then lets one call through at a time, after growing pauses, until
 * one succeeds. Times are of `performance.now()`.
 */
export class Circuit {
  /** When the next call may try, while it is open. */
  opensAt = 0;
  private failed = false;
  private readonly policy: CircuitBreakerPolicy;

  /**
   * @param threshold failures with no success between them that open it.
   * @param pausesMs after the first opening, the second in a row, …; the last one from then on.
   * @param changed after it opened or closed.
   */
  constructor(threshold: number, pausesMs: readonly number[], changed: () => void) {
    this.policy = circuitBreaker(
      handleWhenResult((result) => result === 'failure'),
      {
        breaker: new ConsecutiveBreaker(threshold),
        // Cockatiel measures pauses by the wall clock, which may be set back; for it they are always over.
        halfOpenAfter: new DelegateBackoff(({ attempt }) => {
          this.opensAt = performance.now() + (pausesMs[Math.min(attempt, pausesMs.length) - 1] as number);
          return -Infinity;
        }),
      },
    );
    this.policy.onStateChange((state) => {
      if (state !== CircuitState.HalfOpen) changed();
    });
  }

  get state(): 'closed' | 'open' | 'half_open' {
    if (this.policy.state === CircuitState.Closed) return 'closed';
    return this.policy.state === CircuitState.Open ? 'open' : 'half_open';
  }

  /** Begins a call, which `state` and `opensAt` must allow. @returns what is to be told how the call ended. */
  begin(): (result: CallResult) => void {
    if (this.policy.state !== CircuitState.Open) return this.count;
    let end: (result: CallResult) => void = () => undefined;
    void this.policy.execute(() => new Promise<CallResult>((resolve) => (end = resolve)));
    return end;
  }

  /** While it is open or tries a call, how older calls end means nothing. */
  private readonly count = (result: CallResult): void => {
    // Nearly every call is a success after a success: not worth counting.
    if (this.policy.state !== CircuitState.Closed || result === 'neutral') return;
    if (result === 'success' && !this.failed) return;
    this.failed = result === 'failure';
    void this.policy.execute(() => result);
  };
}
