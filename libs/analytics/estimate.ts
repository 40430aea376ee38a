import type { ClusteredError, GroupStatistics } from '#libs/results';
import { scoreInterval, type Interval } from './statistics/index.js';

/** A mean score in [0, 1] with its 95 % interval; null where it is undefined. */
export interface ScoreEstimate {
  /** Samples that count; trials where the epochs of a sample are not reduced. */
  n: number;
  score: number | null;
  ciLow: number | null;
  ciHigh: number | null;
}

/**
 * Wilson for proportions, Student's t for other means, with a cluster-robust error where samples come in clusters; no interval
 * where {@link scoreInterval} has none.
 */
export function estimate(
  { n, mean, variance, clustered }: GroupStatistics,
  isBinary: boolean,
): ScoreEstimate {
  const interval =
    mean === null
      ? null
      : clustered
        ? clusteredInterval(mean, clustered)
        : scoreInterval({ n, mean, variance: variance ?? 0, allBinary: isBinary });
  return { n, score: mean, ciLow: interval?.low ?? null, ciHigh: interval?.high ?? null };
}

/** All right or all wrong says as much as one sample of each cluster would. */
function clusteredInterval(
  mean: number,
  { clusters, standard_error: error }: ClusteredError,
): Interval | null {
  return scoreInterval({
    n: clusters,
    mean,
    variance: clusters * (error ?? 0) ** 2,
    allBinary: mean === 0 || mean === 1,
  });
}

/**
 * The estimate of a group that does not say whether all its scores are 0 or 1. For scores in [0, 1], Σx² ≤ Σx with
 * equality exactly then, and Σx² = (n − 1)·variance + n·mean².
 */
export function estimateGroup(group: GroupStatistics): ScoreEstimate {
  const { n, mean, variance } = group;
  const gap = mean === null ? 0 : (n - 1) * (variance ?? 0) + n * mean * (mean - 1);
  return estimate(group, Math.abs(gap) < 1e-9 * n);
}

/** Whether the two intervals leave a gap: a difference at the 5 % level, cautiously judged. */
export const apart = (lower: ScoreEstimate, higher: ScoreEstimate): boolean =>
  lower.ciHigh !== null && higher.ciLow !== null && lower.ciHigh < higher.ciLow;
