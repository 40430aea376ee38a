import type { RateWindow, RateWindows } from '#libs/coordination';

/** What was taken for a call. `until` is the end of its window, of `performance.now()`. */
export interface Charge {
  tokens: number;
  until: number;
}

/** The requests and tokens that a minute has for all processes, as far as either is limited. */
export class RateBudget {
  private readonly requests: RateWindow | undefined;
  private readonly tokens: RateWindow | undefined;
  private readonly maxTokens: number;
  /** Whether calls have to pay at all. */
  readonly limited: boolean;

  constructor(
    windows: RateWindows,
    key: string,
    requests: number | undefined,
    tokens: number | undefined,
    windowSeconds: number,
  ) {
    if (requests !== undefined) this.requests = windows.window(`requests:${key}`, requests, windowSeconds);
    if (tokens !== undefined) this.tokens = windows.window(`tokens:${key}`, tokens, windowSeconds);
    this.maxTokens = tokens ?? Infinity;
    this.limited = requests !== undefined || tokens !== undefined;
  }

  /** @returns the charge, or for how many milliseconds there is not enough left; then nothing was taken. */
  async pay(estimate: number): Promise<Charge | number> {
    // A call that is larger than a whole window gets one to itself, instead of waiting for ever.
    const tokens = Math.min(Math.ceil(estimate), this.maxTokens);
    const [request, use] = await Promise.all([this.requests?.take(1), this.tokens?.take(tokens)]);
    const waits = [request, use].map((taken) => (taken?.granted === false ? taken.endsInMs : 0));
    if (Math.max(...waits) === 0) return { tokens, until: performance.now() + (use?.endsInMs ?? 0) };
    if (request?.granted) this.requests?.correct(-1);
    if (use?.granted) this.tokens?.correct(-tokens);
    return Math.max(...waits);
  }

  /** Gives back at once what was paid for a call that is not made after all. */
  refund({ tokens }: Charge): void {
    this.requests?.correct(-1);
    this.tokens?.correct(-tokens);
  }

  /** Corrects the charge by what the call has really used. */
  settle({ tokens, until }: Charge, used: number): void {
    // What was saved in a window that has ended is not there to be used in the next.
    if (used > tokens || performance.now() < until) this.tokens?.correct(used - tokens);
  }
}
