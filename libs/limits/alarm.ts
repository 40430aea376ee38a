/** One timer, which keeps no process alive. Times are of `performance.now()`. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private due = Infinity;

  constructor(private readonly ring: () => void) {}

  /** Rings at that time, or earlier where it was to ring earlier already. */
  ringBy(time: number): void {
    if (time >= this.due) return;
    this.clear();
    this.due = time;
    this.timer = setTimeout(
      () => {
        this.due = Infinity;
        this.ring();
      },
      Math.ceil(time - performance.now()),
    ).unref();
  }

  clear(): void {
    clearTimeout(this.timer);
    this.due = Infinity;
  }
}
