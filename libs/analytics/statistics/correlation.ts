import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { upperLevel, type Interval } from './interval.js';
import { covarianceOf, momentsOf, type Values } from './moments.js';
import { studentPValue } from './student.js';

export interface Correlation {
  n: number;
  /** null for n < 2 and where a side does not vary. */
  r: number | null;
  /** Two-sided, of no correlation; null for n < 3. */
  pValue: number | null;
  /** null for n < 4. */
  interval: Interval | null;
}

/** Pearson's r; null for n < 2, and where one side does not vary. */
export function correlationOf(x: Values, y: Values): number | null {
  const covariance = covarianceOf(x, y);
  const spread = Math.sqrt(momentsOf(x).variance * momentsOf(y).variance);
  return spread > 0 ? Math.max(-1, Math.min(1, covariance / spread)) : null;
}

/**
 * p and interval of a correlation that is already known. p is by Student's t of n − 2 degrees of freedom (of ranks below 10
 * pairs only approximate), the interval by Fisher's z, tanh(atanh r ± z·√(spread / (n − 3))). Pearson's spread is 1: Fisher
 * 1921, "On the 'Probable Error' of a Coefficient of Correlation", Metron 1; Spearman's, which is Pearson's of the mean
 * ranks, 1 + r²/2: Bonett & Wright 2000, "Sample Size Requirements for Estimating Pearson, Kendall and Spearman
 * Correlations", Psychometrika 65(1).
 */
export function testCorrelation(
  n: number,
  r: number | null,
  of: 'pearson' | 'spearman',
  confidence = 0.95,
): Correlation {
  const level = upperLevel(confidence);
  if (r === null) return { n, r, pValue: null, interval: null };
  const t = r * Math.sqrt((n - 2) / ((1 - r) * (1 + r)));
  const spread = of === 'pearson' ? 1 : 1 + r ** 2 / 2;
  const half = normalQuantile(level, 0, 1) * Math.sqrt(spread / (n - 3));
  return {
    n,
    r,
    pValue: n < 3 ? null : studentPValue(t, n - 2),
    interval: n < 4 ? null : { low: Math.tanh(Math.atanh(r) - half), high: Math.tanh(Math.atanh(r) + half) },
  };
}

/** Pearson's correlation, for straight relations without outliers. */
export function pearson(x: Values, y: Values, confidence = 0.95): Correlation {
  return testCorrelation(x.length, correlationOf(x, y), 'pearson', confidence);
}

/** Ranks from 1, equal values sharing the mean of theirs. */
export function meanRanks(values: Values): Float64Array {
  const order = Array.from(values, (value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (order[end] && order[end]?.value === order[start]?.value) end++;
    for (const { index } of order.slice(start, end)) ranks[index] = (start + end + 1) / 2;
  }
  return ranks;
}
