import type { Interval } from './interval.js';
import { ROUNDING } from './moments.js';
import { tInterval } from './t-interval.js';
import { wilsonInterval } from './wilson-interval.js';

/** The scores of n samples, each in [0, 1], summed up. */
export interface ScoreSummary {
  n: number;
  mean: number;
  /** With n − 1 in the denominator; not read for n < 2. */
  variance: number;
  /** Whether every score is 0 or 1. */
  allBinary: boolean;
}

/**
 * Interval of a mean score: Wilson's where the scores are right or wrong, else Student's t clipped to [0, 1].
 * @returns null for n = 0, for n = 1 unless the score is binary, and where all others are equal: an interval of no width would
 * claim a certainty that they do not give
 */
export function scoreInterval(
  { n, mean, variance, allBinary }: ScoreSummary,
  confidence = 0.95,
): Interval | null {
  if (n === 0) return null;
  if (allBinary) return wilsonInterval(Math.round(mean * n), n, confidence);
  if (variance <= ROUNDING * mean ** 2) return null;
  const interval = tInterval(mean, variance, n, confidence);
  return interval && { low: Math.max(interval.low, 0), high: Math.min(interval.high, 1) };
}
