import type { Interval } from '../interval.js';

/** An estimate with its own interval, which need not be symmetric. */
export interface Estimated {
  value: number;
  interval: Interval | null;
}

/**
 * Interval of candidate − baseline from the intervals of both ("MOVER"): d − √((c − l_c)² + (u_b − b)²) to
 * d + √((u_c − c)² + (b − l_b)²). Zou & Donner 2008, "Construction of confidence limits about effect measures: A general
 * approach", Statistics in Medicine 27(10). For independent estimates; too wide where they rise and fall together.
 * @returns null unless both have an interval
 */
export function differenceInterval(candidate: Estimated, baseline: Estimated): Interval | null {
  if (!candidate.interval || !baseline.interval) return null;
  const difference = candidate.value - baseline.value;
  return {
    low:
      difference -
      Math.hypot(candidate.value - candidate.interval.low, baseline.interval.high - baseline.value),
    high:
      difference +
      Math.hypot(candidate.interval.high - candidate.value, baseline.value - baseline.interval.low),
  };
}

/**
 * Interval of candidate ÷ baseline from the intervals of both: the ratios r at which an end of the {@link differenceInterval}
 * of candidate − r·baseline is 0. Donner & Zou 2012, "Closed-form confidence intervals for functions of the normal mean and
 * standard deviation", Statistical Methods in Medical Research 21(4) ("MOVER-R"). For independent estimates that are not
 * negative.
 * @returns null unless both have an interval, and where that of the baseline reaches 0
 */
export function ratioInterval(candidate: Estimated, baseline: Estimated): Interval | null {
  if (!candidate.interval || !baseline.interval || !(baseline.interval.low > 0)) return null;
  const [x, y] = [candidate.value, baseline.value];
  const within = (end: number, value: number): number => end * (2 * value - end);
  const root = (a: number, c: number): number => Math.sqrt(Math.max(0, (x * y) ** 2 - a * c));
  const lowest = within(candidate.interval.low, x);
  const least = within(baseline.interval.low, y);
  return {
    // The smaller root as c / (b + √…): a, the other factor, is 0 or below where the baseline's interval is wide.
    low: lowest === 0 ? 0 : lowest / (x * y + root(within(baseline.interval.high, y), lowest)),
    high: (x * y + root(least, within(candidate.interval.high, x))) / least,
  };
}
