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
