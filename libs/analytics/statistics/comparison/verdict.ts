import { equivalenceSamplesNeeded, samplesNeeded } from '../power.js';
import type { TestedEstimate } from '../t-test.js';

export interface Verdict {
  verdict: 'better' | 'worse' | 'no_difference_shown' | 'inconclusive';
  /**
   * Only when inconclusive: the n at which, were the true difference the observed one and the spread to stay, the verdict
   * would be another with a chance of 80 %. null where the spread is not known.
   */
  settledBy: number | null;
}

/**
 * What a comparison allows to say.
 * - `better`, `worse`: p < 1 − confidence, and the estimate is above or below 0.
 * - `no_difference_shown`: otherwise, when the whole interval lies within ± margin: whatever difference there is, it is
 *   smaller than what matters (the interval form of Schuirmann's two one-sided tests, 1987; with a 95 % interval its level is
 *   2.5 %). Not being significant alone is never enough.
 * - `inconclusive`: all else. The n that settles it is that of the nearer of the two ways out: {@link samplesNeeded} for the
 *   estimate, or {@link equivalenceSamplesNeeded}.
 * @param n of the comparison
 * @param margin the smallest difference that matters, in the unit of the estimate, above 0
 */
export function verdict(
  { estimate, standardError, pValue, interval, n }: TestedEstimate & { n: number },
  margin: number,
  confidence = 0.95,
): Verdict {
  if (!(margin > 0)) throw new RangeError(`A margin of ${margin} is not above 0; 0.02 is two points.`);
  if (pValue !== null && pValue < 1 - confidence && estimate !== 0) {
    return { verdict: estimate > 0 ? 'better' : 'worse', settledBy: null };
  }
  if (interval && interval.low >= -margin && interval.high <= margin) {
    return { verdict: 'no_difference_shown', settledBy: null };
  }
  if (!standardError) return { verdict: 'inconclusive', settledBy: null };
  const variance = standardError ** 2 * n;
  const ways = [
    ...(estimate === 0 ? [] : [samplesNeeded(estimate, variance, { confidence })]),
    ...(Math.abs(estimate) < margin
      ? [equivalenceSamplesNeeded(estimate, margin, variance, { confidence })]
      : []),
  ];
  return { verdict: 'inconclusive', settledBy: Math.max(n + 1, Math.min(...ways)) };
}
