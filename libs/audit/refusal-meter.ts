/** Refusals of one sender that have an entry each within a minute; those beyond are one entry with a count. */
const EACH = 10;
/** The same of all senders of a process together, so that many addresses cannot fill the disk either. */
const ALL = 600;
const MINUTE_MS = 60_000;

interface Tally<T> {
  /** The first that was only counted. */
  example?: T;
  seen: number;
  /** Beyond those that had an entry each. */
  rest: number;
}

export interface Counted<T> {
  /** Undefined where too many sent to keep them apart. */
  example: T | undefined;
  count: number;
}

/** Decides which refusals are recorded one by one, and counts the others. Time is passed in. */
export class RefusalMeter<T> {
  private tallies = new Map<string, Tally<T>>();
  /** Of senders beyond those that are kept apart. */
  private others = 0;
  private endsAt: number | undefined;

  /** @returns whether it gets an entry of its own. */
  record(sender: string, refusal: T): boolean {
    const tally = this.tallies.get(sender) ?? { seen: 0, rest: 0 };
    if (tally.seen === 0) {
      if (this.tallies.size * EACH >= ALL) {
        this.others += 1;
        return false;
      }
      this.tallies.set(sender, tally);
    }
    tally.seen += 1;
    if (tally.seen <= EACH) return true;
    tally.example ??= refusal;
    tally.rest += 1;
    return false;
  }

  /** What was only counted, once its minute is over. */
  due(nowMs: number): Counted<T>[] {
    this.endsAt ??= nowMs + MINUTE_MS;
    return nowMs < this.endsAt ? [] : this.drain();
  }

  /** What was only counted so far. The next minute begins with what comes next. */
  drain(): Counted<T>[] {
    const counted: Counted<T>[] = [...this.tallies.values()]
      .filter(({ rest }) => rest > 0)
      .map(({ example, rest: count }) => ({ example, count }));
    if (this.others > 0) counted.push({ example: undefined, count: this.others });
    this.tallies = new Map();
    this.others = 0;
    this.endsAt = undefined;
    return counted;
  }
}
