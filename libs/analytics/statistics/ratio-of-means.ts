import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { Clusters } from './clustered-mean.js';
import { upperLevel, type Interval } from './interval.js';
import { covarianceOf, momentsOf, requireSameLength, type Values } from './moments.js';

/** Of numerators x and denominators y of the same n samples; variances with n − 1. */
export interface PairMoments {
  n: number;
  meanX: number;
  meanY: number;
  varianceX: number;
  varianceY: number;
  covariance: number;
}

export interface Ratio {
  n: number;
  /** null when the denominator sums up to 0: a cost per correct answer needs one. */
  ratio: number | null;
  interval: Interval | null;
}

/**
 * The ratio of two sums over the same samples, such as cost per correct answer, with Fieller's interval: all ratios θ for
 * which the mean of x − θy does not differ from 0 by Student's t. Fieller 1954, "Some Problems in Interval Estimation",
 * JRSS B 16(2); with a = ȳ² − t²·v_yy, b = x̄ȳ − t²·v_xy, c = x̄² − t²·v_xx it is (b ± √(b² − ac)) / a, where v are the
 * (co)variances of the means.
 * @returns no interval for n < 2, and where the denominator cannot be told from 0 (a ≤ 0), since the ratio then has no bound
 */
export function ratioOfMeans(numerators: Values, denominators: Values, confidence = 0.95): Ratio {
  const covariance = covarianceOf(numerators, denominators);
  const { n, mean: meanX, variance: varianceX } = momentsOf(numerators);
  const { mean: meanY, variance: varianceY } = momentsOf(denominators);
  return ratioFromMoments({ n, meanX, meanY, varianceX, varianceY, covariance }, confidence);
}

/** The same, of samples that were summed up already. */
export function ratioFromMoments(
  { n, meanX: x, meanY: y, varianceX, varianceY, covariance }: PairMoments,
  confidence = 0.95,
): Ratio {
  const ratio = n > 0 && y !== 0 ? x / y : null;
  const level = upperLevel(confidence);
  if (n < 2 || ratio === null) return { n, ratio, interval: null };
  const t2 = tQuantile(level, n - 1) ** 2;
  const [xx, yy, xy] = [varianceX / n, varianceY / n, covariance / n];
  const a = y ** 2 - t2 * yy;
  if (!(a > 0)) return { n, ratio, interval: null };
  const b = x * y - t2 * xy;
  // b² − ac, written so that it is exactly 0 where nothing varies.
  const rest = t2 * (xx * y ** 2 - 2 * xy * x * y + yy * x ** 2 - t2 * (xx * yy - xy ** 2));
  const half = Math.sqrt(Math.max(0, rest));
  return { n, ratio, interval: { low: (b - half) / a, high: (b + half) / a } };
}

/**
 * The same where samples come in clusters: the totals of a cluster take the place of a sample, as in the ratio estimator of
 * cluster sampling (Cochran 1977, "Sampling Techniques", 9A.1). Too narrow with few clusters, as {@link clusteredMean}.
 * @returns a ratio whose n counts clusters
 */
export function ratioOfTotals(
  numerators: Values,
  denominators: Values,
  clusters: Clusters,
  confidence = 0.95,
): Ratio {
  requireSameLength(numerators, denominators);
  const totals = new Map<string | number, [number, number]>();
  clusters.forEach((cluster, i) => {
    const [x, y] = totals.get(cluster) ?? [0, 0];
    totals.set(cluster, [x + (numerators[i] as number), y + (denominators[i] as number)]);
  });
  const sums = [...totals.values()];
  return ratioOfMeans(
    sums.map(([x]) => x),
    sums.map(([, y]) => y),
    confidence,
  );
}
