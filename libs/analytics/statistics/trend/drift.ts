import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { upperLevel, type Interval } from '../interval.js';
import { requireSameLength, type Values } from '../moments.js';
import { medianOf } from '../quantiles.js';

export interface Drift {
  n: number;
  /** Change of the value for one unit of time: the median over all pairs. */
  slope: number;
  interval: Interval;
  /** Pairs that rise less pairs that fall. */
  s: number;
  /** Of no drift, two-sided. */
  pValue: number;
}

/** Of the values, by how often each occurs. */
function tieTerm(values: Values): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + count * (count - 1) * (2 * count + 5), 0);
}

/**
 * Whether values drift, and how fast: the slope of Theil 1950 and Sen 1968, "Estimates of the Regression Coefficient Based on
 * Kendall's Tau", JASA 63(324), with Sen's interval; and the test of Mann 1945 and Kendall 1975 for a monotone trend, normal
 * with the variance corrected for ties and with continuity correction. Robust against outliers, not against runs that
 * depend on each other. The normal approximation wants n ≥ 8. Takes n² / 2 slopes: give it at most some thousand points.
 * @param times ascending, all different
 * @returns null for n < 3
 * @throws RangeError unless the times ascend
 */
export function drift(times: Values, values: Values, confidence = 0.95): Drift | null {
  requireSameLength(times, values);
  const level = upperLevel(confidence);
  const n = times.length;
  if (n < 3) return null;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let s = 0;
  let pair = 0;
  for (let later = 1; later < n; later++) {
    if (!((times[later] as number) > (times[later - 1] as number))) {
      throw new RangeError(
        `The time at ${later} is not after the one before; sort the series and merge equal times.`,
      );
    }
    for (let earlier = 0; earlier < later; earlier++) {
      const rise = (values[later] as number) - (values[earlier] as number);
      s += Math.sign(rise);
      slopes[pair++] = rise / ((times[later] as number) - (times[earlier] as number));
    }
  }
  slopes.sort();
  const spread = Math.sqrt((n * (n - 1) * (2 * n + 5) - tieTerm(values)) / 18);
  const z = spread === 0 ? 0 : (s - Math.sign(s)) / spread;
  const width = normalQuantile(level, 0, 1) * spread;
  const low = Math.max(0, Math.round((pair - width) / 2) - 1);
  const high = Math.min(pair - 1, Math.round((pair + width) / 2));
  return {
    n,
    slope: medianOf(slopes),
    interval: { low: slopes[low] as number, high: slopes[high] as number },
    s,
    pValue: Math.min(1, 2 * normalCdf(-Math.abs(z), 0, 1)),
  };
}
