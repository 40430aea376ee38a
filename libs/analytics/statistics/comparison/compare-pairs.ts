import { clusteredMean, type Clusters } from '../clustered-mean.js';
import { correlationOf } from '../correlation.js';
import { differencesOf, meanOf, momentsOf, type Values } from '../moments.js';
import { tTest, type TestedEstimate } from '../t-test.js';
import { mcnemarPValue } from './mcnemar.js';
import { pairedProportionInterval } from './paired-proportions.js';

export interface PairedComparison extends TestedEstimate {
  /** What interval and p-value are by. */
  method: 'mcnemar' | 'paired_t' | 'cluster_robust_t';
  n: number;
  candidateMean: number;
  baselineMean: number;
  /** Pearson's, between the two over the samples: what pairing gains. null where one of them does not vary. */
  correlation: number | null;
  wins: number;
  ties: number;
  losses: number;
}

const isBinary = (values: Values): boolean => values.every((value: number) => value === 0 || value === 1);

/** Student's t on differences. @returns an estimate without interval for n = 1 */
function pairedT(deltas: Values, confidence: number): TestedEstimate {
  const { n, mean, variance } = momentsOf(deltas);
  return tTest(mean, Math.sqrt(variance / n), n - 1, confidence);
}

/**
 * Compares two lists of values of the same samples; the estimate is the mean of candidate − baseline.
 * - With clusters: the cluster-robust t of {@link clusteredMean} on the differences.
 * - Where all values are 0 or 1: McNemar's exact p-value, with the interval of {@link pairedProportionInterval}. The two are
 *   different methods and may disagree next to the border.
 * - Else paired t: Student 1908. The standard error is that of the mean difference in all cases.
 * @returns null for n = 0
 */
export function comparePairs(
  candidate: Values,
  baseline: Values,
  { clusters, confidence = 0.95 }: { clusters?: Clusters; confidence?: number } = {},
): PairedComparison | null {
  const deltas = differencesOf(candidate, baseline);
  const n = deltas.length;
  if (n === 0) return null;
  let wins = 0;
  let losses = 0;
  for (const delta of deltas) {
    if (delta > 0) wins++;
    if (delta < 0) losses++;
  }
  const common = {
    n,
    candidateMean: meanOf(candidate),
    baselineMean: meanOf(baseline),
    correlation: correlationOf(candidate, baseline),
    wins,
    ties: n - wins - losses,
    losses,
  };
  const clustered = clusters && clusteredMean(deltas, clusters, confidence);
  if (clustered) {
    const { estimate, standardError, pValue, interval } = clustered;
    return { method: 'cluster_robust_t', ...common, estimate, standardError, pValue, interval };
  }
  const tested = pairedT(deltas, confidence);
  if (!isBinary(candidate) || !isBinary(baseline)) return { method: 'paired_t', ...common, ...tested };
  return {
    method: 'mcnemar',
    ...common,
    ...tested,
    pValue: mcnemarPValue(wins, losses),
    interval: pairedProportionInterval(wins, losses, n, confidence),
  };
}
