import type { Interval } from './interval.js';
import { momentsOf, type Values } from './moments.js';
import { tInterval } from './t-interval.js';

export interface MeanEstimate {
  n: number;
  mean: number;
  /** With n − 1 in the denominator; null for n = 1. */
  variance: number | null;
  /** √(variance / n). */
  standardError: number | null;
  interval: Interval | null;
}

/** Mean, variance and Student's interval of independent values. @returns null for n = 0 */
export function meanEstimate(values: Values, confidence = 0.95): MeanEstimate | null {
  const { n, mean, variance } = momentsOf(values);
  if (n === 0) return null;
  return {
    n,
    mean,
    variance: n < 2 ? null : variance,
    standardError: n < 2 ? null : Math.sqrt(variance / n),
    interval: tInterval(mean, variance, n, confidence),
  };
}
