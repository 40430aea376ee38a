import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { upperLevel, type Interval } from './interval.js';

/**
 * Interval of a mean by Student's t: mean ± t(n − 1) · √(variance / n); Student 1908, "The Probable Error of a Mean",
 * Biometrika 6(1). When all values are equal the variance is 0 and so is the width.
 * @param variance of the sample, with n − 1 in the denominator
 * @returns null for n < 2: one value says nothing about the spread
 */
export function tInterval(mean: number, variance: number, n: number, confidence = 0.95): Interval | null {
  if (n < 2) return null;
  const half = tQuantile(upperLevel(confidence), n - 1) * Math.sqrt(variance / n);
  return { low: mean - half, high: mean + half };
}
