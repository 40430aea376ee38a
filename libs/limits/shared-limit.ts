import { newId } from '#libs/common';
import type { SharedState } from '#libs/coordination';
import {
  reported,
  type Block,
  type DelayCode,
  type LimitRules,
  type LimitState,
  type Report,
  type Share,
} from './adaptive-limit.js';
import { Alarm } from './alarm.js';

/** How often a process that makes calls reports. */
const PERIOD_MS = 1000;
/** However much there is to say, there is so long between two reports. */
const GAP_MS = 100;
/** So long a limit that nobody uses remembers what it has learnt. */
const TTL_SECONDS = 3600;

/** The calls of this process, as far as the limit has to know them. */
export interface Calls {
  readonly inFlight: number;
  /** Whether a call waits for nothing but a larger allotment. */
  readonly hungry: boolean;
  /** The most calls in flight or waiting at one time since it was last asked. */
  peak(): number;
  /** There is news: perhaps another allotment, perhaps that no call may start. */
  heard(block: Block | undefined): void;
}

/**
 * This process as a member of the limit that all processes share: reports what it does and hears what it may do.
 * Times are of `performance.now()`.
 */
export class SharedLimit {
  /** Calls that this process may have in flight. */
  allotment = 0;
  limit: number;
  private readonly member = newId();
  private readonly alarm = new Alarm(() => this.sync());
  private successes = 0;
  private refusals = 0;
  private untold: { until: number; by: DelayCode } | undefined;
  private joined = false;
  /** What the others take this process to hold. */
  private holding = 0;
  private reporting: Promise<void> | undefined;
  private reportedAt = 0;
  /** Until the next report that only asks for more. */
  private patienceMs = GAP_MS;
  private away = false;

  /** @param failed called with why a report did not get through. */
  constructor(
    private readonly shared: SharedState,
    private readonly key: string,
    private readonly rules: LimitRules,
    private readonly calls: Calls,
    private readonly failed: (error: unknown) => void,
  ) {
    this.limit = Math.min(rules.start, rules.ceiling);
  }

  succeeded(): void {
    this.successes++;
  }

  rateLimited(): void {
    this.refusals++;
  }

  /** For everybody: no call may start. */
  block(until: number, by: DelayCode): void {
    this.untold = { until, by };
  }

  /** Reports if it is due, and else when it is. */
  sync(): void {
    if (this.reporting) return;
    const { inFlight, hungry } = this.calls;
    const urgent =
      this.refusals > 0 || this.untold !== undefined || this.holding > Math.max(this.allotment, inFlight);
    if (!this.joined && !hungry && !urgent) return;
    const gap = this.away ? PERIOD_MS : urgent ? GAP_MS : hungry ? this.patienceMs : PERIOD_MS;
    const due = this.joined ? this.reportedAt + gap : 0;
    if (due > performance.now()) this.alarm.ringBy(due);
    // Not before all calls that come at this moment have come.
    else this.reporting = Promise.resolve().then(() => this.report(false));
  }

  /** Gives back what this process holds, before it ends. */
  async leave(): Promise<void> {
    await this.reporting;
    if (this.joined) await (this.reporting = this.report(true));
    this.alarm.clear();
  }

  private async report(leaving: boolean): Promise<void> {
    this.alarm.clear();
    const { hungry, inFlight } = this.calls;
    const demand = leaving ? 0 : this.calls.peak();
    // Whoever had no call since the last report gives its allotment back, and has to ask for one again.
    if (demand === 0) this.allotment = 0;
    const { successes, refusals, untold } = this;
    const report: Report = {
      member: this.member,
      demand,
      holding: Math.max(this.allotment, inFlight),
      successes,
      rateLimited: refusals > 0,
      block: untold && { ms: untold.until - performance.now(), by: untold.by },
    };
    const share = await this.send(report);
    if (share || demand === 0) {
      this.successes -= successes;
      this.refusals -= refusals;
      if (this.untold === untold) this.untold = undefined;
    }
    if (share) {
      const grew = share.allotment > this.allotment;
      this.patienceMs = hungry && !grew ? Math.min(2 * this.patienceMs, PERIOD_MS) : GAP_MS;
      this.limit = share.limit;
      this.allotment = share.allotment;
      this.holding = Math.max(report.holding, share.allotment);
    } else if (demand > 0) {
      this.allotment = Math.max(this.allotment, 1);
    }
    this.joined = demand > 0;
    if (!this.joined) this.holding = 0;
    this.away = share === undefined;
    this.reportedAt = performance.now();
    this.reporting = undefined;
    this.calls.heard(share?.block);
    this.sync();
  }

  private send(report: Report): Promise<Share | undefined> {
    return this.shared
      .update<LimitState, Share>(`limit:${this.key}`, TTL_SECONDS, (state, now) =>
        reported(state, now, report, this.rules),
      )
      .catch((error: unknown) => void this.failed(error));
  }
}
