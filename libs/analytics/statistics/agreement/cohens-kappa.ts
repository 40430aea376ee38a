import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { upperLevel, type Interval } from '../interval.js';
import { requireSameLength } from '../moments.js';

export interface Kappa {
  n: number;
  /** Share of items on which both agree. */
  agreement: number;
  /** null when both always gave one and the same label: chance alone then explains all. */
  kappa: number | null;
  interval: Interval | null;
}

/**
 * Agreement of two raters beyond chance; Cohen 1960, "A Coefficient of Agreement for Nominal Scales". The interval is normal
 * with the large-sample variance of Fleiss, Cohen & Everitt 1969, Psychological Bulletin 72(5).
 * @param a labels of one rater, by item
 * @param b labels of the other, of the same items
 * @returns null for n = 0
 */
export function cohensKappa(
  a: readonly (string | number)[],
  b: readonly (string | number)[],
  confidence = 0.95,
): Kappa | null {
  requireSameLength(a, b);
  const level = upperLevel(confidence);
  const n = a.length;
  if (n === 0) return null;
  const labels = [...new Set([...a, ...b])];
  const place = new Map(labels.map((label, index) => [label, index]));
  const joint = labels.map(() => new Float64Array(labels.length));
  const rows = new Float64Array(labels.length);
  const columns = new Float64Array(labels.length);
  a.forEach((label, item) => {
    const i = place.get(label) as number;
    const j = place.get(b[item] as string | number) as number;
    (joint[i] as Float64Array)[j]! += 1 / n;
    rows[i]! += 1 / n;
    columns[j]! += 1 / n;
  });
  const agreement = a.filter((label, item) => label === b[item]).length / n;
  const chance = rows.reduce((sum, row, i) => sum + row * (columns[i] as number), 0);
  if (labels.length < 2) return { n, agreement, kappa: null, interval: null };
  const kappa = (agreement - chance) / (1 - chance);
  let variance = -((kappa - chance * (1 - kappa)) ** 2);
  joint.forEach((row, i) =>
    row.forEach((share, j) => {
      const margins =
        i === j
          ? 1 - ((rows[i] as number) + (columns[i] as number)) * (1 - kappa)
          : ((columns[i] as number) + (rows[j] as number)) * (1 - kappa);
      variance += share * margins ** 2;
    }),
  );
  const half = (normalQuantile(level, 0, 1) * Math.sqrt(Math.max(0, variance) / n)) / (1 - chance);
  return { n, agreement, kappa, interval: { low: kappa - half, high: Math.min(1, kappa + half) } };
}
