import { meanOf, requireSameLength, ROUNDING, type Values } from './moments.js';
import { tTest, type TestedEstimate } from './t-test.js';

/** What a sample shares with others (a passage, a repository, a template), by position. */
export type Clusters = readonly (string | number)[];

export interface ClusteredMean extends TestedEstimate {
  n: number;
  clusters: number;
}

/**
 * A mean whose interval allows for samples of one cluster being alike. The variance of the mean is
 * G / (G − 1) · Σ over clusters (Σ of (value − mean) in the cluster)² / n², and t has G − 1 degrees of freedom, for G
 * clusters. That is the correction CR1 (as statsmodels' `cov_type='cluster'`, whose small-sample factor is the same for a
 * mean); without the factor G / (G − 1) it is CR0, the clustered error of Miller 2024, "Adding Error Bars to Evals",
 * section 2.2, up to n / (n − 1) on its first term. With one sample in each cluster it is exactly Student's interval.
 * Few clusters (G < 20), or a few that hold most samples, make it too narrow: Cameron & Miller 2015, "A Practitioner's
 * Guide to Cluster-Robust Inference".
 * @returns null for n = 0; an estimate without interval for one cluster
 */
export function clusteredMean(values: Values, clusters: Clusters, confidence = 0.95): ClusteredMean | null {
  requireSameLength(values, clusters);
  const n = values.length;
  if (n === 0) return null;
  const mean = meanOf(values);
  const sums = new Map<string | number, number>();
  for (let i = 0; i < n; i++) {
    const cluster = clusters[i] as string | number;
    sums.set(cluster, (sums.get(cluster) ?? 0) + (values[i] as number) - mean);
  }
  const groups = sums.size;
  let squares = 0;
  let valueSquares = 0;
  for (const value of values) valueSquares += value ** 2;
  for (const sum of sums.values()) squares += sum ** 2;
  const variance = ((groups / (groups - 1)) * squares) / n ** 2;
  const standardError = variance <= (ROUNDING * valueSquares) / n ? 0 : Math.sqrt(variance);
  return { n, clusters: groups, ...tTest(mean, standardError, groups - 1, confidence) };
}
