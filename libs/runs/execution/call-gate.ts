import { Injectable } from '@nestjs/common';
import { AppConfig } from '#libs/config';
import { CallDelayed, CallLimiter, type CallLimit, type CallOutcome, type Permit } from '#libs/limits';
import type { Lease } from '../shard-store.js';
import { Postponed } from './retry.js';

/** What every call passes: the run's own limit, its provider's, and the slots of this worker, in this order. */
@Injectable()
export class CallGate {
  private readonly slots: Slots;

  constructor(
    private readonly limiter: CallLimiter,
    config: AppConfig,
  ) {
    this.slots = new Slots(config.engine.callSlots);
  }

  /**
   * Waits until a call may be made.
   * @param tokens that it will use, as an estimate.
   * @throws Postponed where that is known to take long; the signal's reason.
   */
  async enter(
    { runId, entryId, limits }: Lease,
    provider: CallLimit | null,
    tokens: number,
    signal: AbortSignal,
  ): Promise<Permit> {
    const { concurrency } = limits;
    const held: Permit[] = [];
    const leave = (outcome: CallOutcome): void => {
      for (const permit of held) permit.done(outcome);
    };
    try {
      if (concurrency !== undefined) {
        const own = { key: `run ${entryId} ${concurrency}`, label: 'limited by runs', fixed: concurrency };
        const permit = await this.limiter.limit(own).acquire({ tokens: 0 }, signal);
        // However the provider answers, the run's own limit is what was asked for.
        held.push({ done: () => permit.done({ kind: 'neutral' }) });
      }
      if (provider) held.push(await provider.acquire({ tokens }, signal, runId));
      await this.slots.take(signal);
      held.push({ done: () => this.slots.free() });
      return { done: leave };
    } catch (error) {
      leave({ kind: 'neutral' });
      if (error instanceof CallDelayed) throw new Postponed(error.delayMs, error.code, error.message);
      throw error;
    }
  }
}

/** First come, first served. */
class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private left: number) {}

  async take(signal: AbortSignal): Promise<void> {
    if (this.left > 0) this.left--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (!signal.aborted) return;
    this.free();
    throw signal.reason;
  }

  free(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.left++;
  }
}
