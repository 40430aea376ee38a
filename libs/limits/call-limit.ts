import type { RateWindows, SharedState } from '#libs/coordination';
import { MAX_BLOCK_MS, type Block, type DelayCode } from './adaptive-limit.js';
import { Alarm } from './alarm.js';
import { RateBudget, type Charge } from './rate-budget.js';
import { CallDelayed } from './call-delayed.js';
import { Circuit } from './circuit.js';
import type { LimitOptions } from './limit-options.js';
import type { CallOutcome, Permit } from './permit.js';
import { FairQueue } from './fair-queue.js';
import { SharedLimit, type Calls } from './shared-limit.js';

/** Whose calls are limited together, and to what. Of one key there is one spec. */
export interface CallLimitSpec {
  /** The same in all processes; it may hold the hash of a secret, never the secret. */
  key: string;
  /** For people: in messages and as the label of metrics, e.g. "openai gpt-5-mini". */
  label: string;
  /** Calls in flight to begin with, and at most; by default those of the configuration. */
  start?: number;
  ceiling?: number;
  /** Begins with so many and never has more, instead of `start` and `ceiling`. */
  fixed?: number;
  requestsPerMinute?: number;
  tokensPerMinute?: number;
}

/** A limit as this process sees it. */
export interface LimitSnapshot {
  label: string;
  /** Calls in flight that all processes may have together. */
  limit: number;
  /** Of these, the share of this process. */
  allotment: number;
  inFlight: number;
  waiting: number;
  /** When calls may start again, in milliseconds since 1970 by this process' clock; null where they may now. */
  blockedUntilMs: number | null;
  circuit: 'closed' | 'open' | 'half_open';
}

interface Waiter {
  group: string;
  tokens: number;
  signal: AbortSignal;
  aborted: () => void;
  resolve: (permit: Permit) => void;
  reject: (reason: unknown) => void;
}

/** The limit on the calls to one model of a provider, as one process keeps it. Times are of `performance.now()`. */
export class CallLimit implements Calls {
  inFlight = 0;
  private readonly queue = new FairQueue<Waiter>();
  private readonly alarm = new Alarm(() => this.pump());
  private readonly share: SharedLimit;
  private readonly circuit: Circuit;
  private readonly budget: RateBudget;
  private blocked: { until: number; by: DelayCode } = { until: 0, by: 'rate_limited' };
  private most = 0;
  private paying = false;

  /** @param failed called with why the shared state could not be reached. */
  constructor(
    private readonly spec: CallLimitSpec,
    private readonly options: LimitOptions,
    state: SharedState,
    windows: RateWindows,
    failed: (error: unknown) => void,
  ) {
    const { key, fixed, requestsPerMinute, tokensPerMinute } = spec;
    const rules = {
      ...options,
      start: fixed ?? spec.start ?? options.start,
      ceiling: this.ceiling,
    };
    this.share = new SharedLimit(state, key, rules, this, failed);
    this.circuit = new Circuit(options.circuitFailures, options.circuitPausesMs, () => this.turned());
    this.budget = new RateBudget(windows, key, requestsPerMinute, tokensPerMinute, options.windowSeconds);
  }

  /**
   * Waits until a call may start. Groups take turns, and within a group it is first come, first served.
   * @param estimate of the tokens that the call will use, in and out.
   * @param group who else waits in one line with it, e.g. its run.
   * @throws CallDelayed where it is known to have to wait for long; the signal's reason.
   */
  acquire(estimate: { tokens: number }, signal: AbortSignal, group = ''): Promise<Permit> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    const waitMs = this.waitMs();
    if (waitMs > this.options.maxWaitMs) return Promise.reject(this.delayed(waitMs));
    // Nearly every call comes this way.
    if (this.queue.length === 0 && !this.budget.limited && this.mayStart())
      return Promise.resolve(this.start());
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        this.queue.remove(group, waiter);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = { group, tokens: estimate.tokens, signal, aborted, resolve, reject };
      signal.addEventListener('abort', aborted, { once: true });
      this.queue.push(group, waiter);
      this.most = Math.max(this.most, this.inFlight + this.queue.length);
      this.pump();
    });
  }

  /** Calls in flight that there can be at most, however well they go. */
  get ceiling(): number {
    return this.spec.fixed ?? this.spec.ceiling ?? this.options.ceiling;
  }

  snapshot(): LimitSnapshot {
    const waitMs = this.waitMs();
    return {
      label: this.spec.label,
      limit: this.share.limit,
      allotment: this.share.allotment,
      inFlight: this.inFlight,
      waiting: this.queue.length,
      blockedUntilMs: waitMs > 0 ? Math.ceil(Date.now() + waitMs) : null,
      circuit: this.circuit.state,
    };
  }

  /** Gives the share of this process back, before it ends. */
  leave(): Promise<void> {
    return this.share.leave();
  }

  get hungry(): boolean {
    return this.queue.length > 0 && this.waitMs() === 0 && this.inFlight >= this.share.allotment;
  }

  peak(): number {
    const { most } = this;
    this.most = this.inFlight + this.queue.length;
    return most;
  }

  heard(block: Block | undefined): void {
    if (block) this.hold(performance.now() + block.ms, block.by);
    this.pump();
  }

  private waitMs(): number {
    return Math.max(0, this.blocked.until - performance.now());
  }

  private mayStart(): boolean {
    return this.waitMs() === 0 && this.inFlight < this.share.allotment && this.circuit.state !== 'half_open';
  }

  /** Lets those that wait start, as far as they may. */
  private pump(): void {
    if (this.queue.length === 0) return;
    const waitMs = this.waitMs();
    if (waitMs > this.options.maxWaitMs) {
      for (const waiter of this.queue.drain()) {
        waiter.signal.removeEventListener('abort', waiter.aborted);
        waiter.reject(this.delayed(waitMs));
      }
      return;
    }
    if (waitMs > 0) return this.alarm.ringBy(this.blocked.until);
    if (this.budget.limited) void this.payForNext();
    else while (this.queue.length > 0 && this.mayStart()) this.grant(this.queue.shift() as Waiter);
    if (this.queue.length > 0) this.share.sync();
  }

  /** One after another, so that they start in their order. */
  private async payForNext(): Promise<void> {
    if (this.paying || !this.mayStart()) return;
    const waiter = this.queue.shift() as Waiter;
    this.paying = true;
    // Its place is kept meanwhile.
    this.inFlight++;
    const charge = await this.budget.pay(waiter.tokens);
    this.inFlight--;
    this.paying = false;
    if (typeof charge === 'number') this.hold(performance.now() + charge, 'rate_limited');
    if (typeof charge === 'object' && !waiter.signal.aborted && this.mayStart()) this.grant(waiter, charge);
    else {
      if (typeof charge === 'object') this.budget.refund(charge);
      if (!waiter.signal.aborted) this.queue.putBack(waiter.group, waiter);
    }
    this.pump();
  }

  private grant(waiter: Waiter, charge?: Charge): void {
    waiter.signal.removeEventListener('abort', waiter.aborted);
    waiter.resolve(this.start(charge));
  }

  private start(charge?: Charge): Permit {
    this.inFlight++;
    this.most = Math.max(this.most, this.inFlight + this.queue.length);
    const result = this.circuit.begin();
    let open = true;
    return {
      done: (outcome) => {
        if (!open) return;
        open = false;
        result(outcome.kind === 'rate_limited' ? 'neutral' : outcome.kind);
        this.end(outcome, charge);
      },
    };
  }

  private end(outcome: CallOutcome, charge: Charge | undefined): void {
    this.inFlight--;
    if (outcome.kind === 'success') {
      this.share.succeeded();
      if (charge && outcome.tokens !== undefined) this.budget.settle(charge, outcome.tokens);
    }
    if (outcome.kind === 'rate_limited') {
      this.share.rateLimited();
      const waitMs = Math.min(outcome.retryAfterMs ?? 0, MAX_BLOCK_MS);
      this.holdAll(performance.now() + waitMs, 'rate_limited');
    }
    this.pump();
    // There is something to say, or to give back after a cut.
    if (outcome.kind === 'rate_limited' || this.inFlight >= this.share.allotment) this.share.sync();
  }

  /** The circuit has opened or closed. */
  private turned(): void {
    if (this.circuit.state === 'open') this.holdAll(this.circuit.opensAt, 'circuit_open');
    this.pump();
    this.share.sync();
  }

  private holdAll(until: number, by: DelayCode): void {
    if (this.hold(until, by)) this.share.block(until, by);
  }

  /** @returns whether that is longer than calls were held anyway. */
  private hold(until: number, by: DelayCode): boolean {
    if (until <= Math.max(this.blocked.until, performance.now())) return false;
    this.blocked = { until, by };
    return true;
  }

  private delayed(waitMs: number): CallDelayed {
    return new CallDelayed(this.blocked.by, this.spec.label, Math.ceil(waitMs));
  }
}
