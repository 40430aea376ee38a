import binomialQuantile from '@stdlib/stats-base-dists-binomial-quantile';
import { upperLevel, type Interval } from './interval.js';
import type { Values } from './moments.js';

export interface QuantileEstimate {
  level: number;
  value: number;
  interval: Interval | null;
}

/**
 * A quantile by definition 7 of Hyndman & Fan 1996, "Sample Quantiles in Statistical Packages", The American Statistician
 * 50(4): linear between order statistics, at position (n − 1) · level counted from 0. NumPy's and Excel's default.
 * @param sorted ascending, at least one
 */
export function quantileOf(sorted: Values, level: number): number {
  if (!(level >= 0 && level <= 1)) throw new RangeError(`A quantile of ${level} is not between 0 and 1.`);
  const position = (sorted.length - 1) * level;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (position - Math.floor(position)) * (above - below);
}

/** A quantile at one half. @param sorted ascending, at least one */
export function medianOf(sorted: Values): number {
  return quantileOf(sorted, 0.5);
}

/** A sorted copy. Typed arrays sort by number and fast. */
export function sortedCopy(values: Values): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * Quantiles, each with the distribution-free interval between two order statistics: from the l-th to the u-th smallest value,
 * l = B(α/2) and u = B(1 − α/2) + 1 for B the quantile function of Binomial(n, level). Conover 1999, "Practical
 * Nonparametric Statistics", 3.2. It covers with at least the wanted confidence whatever the distribution.
 * @returns an empty list for n = 0; no interval where l < 1 or u > n: there are too few values beyond the quantile (at 95 %,
 * p50 needs 6 values, p90 36, p95 72, p99 368)
 */
export function quantiles(values: Values, levels: readonly number[], confidence = 0.95): QuantileEstimate[] {
  const upper = upperLevel(confidence);
  const sorted = sortedCopy(values);
  const n = sorted.length;
  if (n === 0) return [];
  return levels.map((level) => {
    const low = sorted[binomialQuantile(1 - upper, n, level) - 1];
    const high = sorted[binomialQuantile(upper, n, level)];
    const interval = low === undefined || high === undefined ? null : { low, high };
    return { level, value: quantileOf(sorted, level), interval };
  });
}
