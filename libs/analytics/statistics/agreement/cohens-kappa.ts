import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { upperLevel, type Interval } from '../interval.js';
import { requireSameLength, ROUNDING } from '../moments.js';

export interface Kappa {
  n: number;
  /** Share of items on which both agree; of a weighted kappa, their mean agreement in part. */
  agreement: number;
  /** null when both always gave one and the same label: chance alone then explains all. */
  kappa: number | null;
  /** null, too, where both always agree: the variance is 0 then, which says nothing of how sure that is. */
  interval: Interval | null;
}

/** How far two labels agree, and the mean of that over all labels of the other rater. */
interface Weights<Label> {
  of: (a: Label, b: Label) => number;
  meanOverB: (a: Label) => number;
  meanOverA: (b: Label) => number;
}

/**
 * Agreement of two raters beyond chance; Cohen 1960, "A Coefficient of Agreement for Nominal Scales". The interval is normal
 * with the large-sample variance of Fleiss, Cohen & Everitt 1969, Psychological Bulletin 72(5).
 * @param a labels of one rater, by item
 * @param b labels of the other, of the same items
 * @returns null for n = 0
 */
export function cohensKappa<Label extends string | number>(
  a: readonly Label[],
  b: readonly Label[],
  confidence = 0.95,
): Kappa | null {
  const shareIn = (labels: readonly Label[]): ((label: Label) => number) => {
    const counts = new Map<Label, number>();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    return (label) => (counts.get(label) ?? 0) / labels.length;
  };
  const weights = {
    of: (x: Label, y: Label) => Number(x === y),
    meanOverB: shareIn(b),
    meanOverA: shareIn(a),
  };
  return kappaOf(a, b, weights, confidence);
}

/**
 * Cohen's kappa of labels on a scale, with quadratic weights: 1 − (a − b)² / (highest − lowest)². Cohen 1968, "Weighted
 * Kappa", Psychological Bulletin 70(4); its variance as above. Two raters that never differ by more than a step agree well.
 * @param a values of one rater, by item
 * @param b values of the other, of the same items
 * @returns null for n = 0
 */
export function weightedKappa(a: readonly number[], b: readonly number[], confidence = 0.95): Kappa | null {
  const lowest = [...a, ...b].reduce((least, value) => Math.min(least, value), Infinity);
  const highest = [...a, ...b].reduce((most, value) => Math.max(most, value), -Infinity);
  const width = highest - lowest || 1;
  const meanOver = (values: readonly number[]): ((value: number) => number) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return (value) => 1 - ((value - mean) ** 2 + variance) / width ** 2;
  };
  const of = (x: number, y: number): number => 1 - ((x - y) / width) ** 2;
  return kappaOf(a, b, { of, meanOverB: meanOver(b), meanOverA: meanOver(a) }, confidence);
}

function kappaOf<Label>(
  a: readonly Label[],
  b: readonly Label[],
  { of, meanOverB, meanOverA }: Weights<Label>,
  confidence: number,
): Kappa | null {
  requireSameLength(a, b);
  const level = upperLevel(confidence);
  const n = a.length;
  if (n === 0) return null;
  const mean = (value: (a: Label, b: Label) => number): number =>
    a.reduce((sum, label, item) => sum + value(label, b[item] as Label), 0) / n;
  const agreement = mean(of);
  if (new Set([...a, ...b]).size < 2) return { n, agreement, kappa: null, interval: null };
  const chance = mean(meanOverB);
  const kappa = (agreement - chance) / (1 - chance);
  const squares = mean(
    (x, y) => (of(x, y) * (1 - chance) - (meanOverB(x) + meanOverA(y)) * (1 - agreement)) ** 2,
  );
  const variance = squares - (agreement * chance - 2 * chance + agreement) ** 2;
  if (!(variance > ROUNDING)) return { n, agreement, kappa, interval: null };
  const half = (normalQuantile(level, 0, 1) * Math.sqrt(variance / n)) / (1 - chance) ** 2;
  return { n, agreement, kappa, interval: { low: kappa - half, high: Math.min(1, kappa + half) } };
}
