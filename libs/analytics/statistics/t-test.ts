import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { upperLevel, type Interval } from './interval.js';
import { studentPValue } from './student.js';

export interface TestedEstimate {
  estimate: number;
  standardError: number | null;
  /** Of the estimate being 0, two-sided. */
  pValue: number | null;
  interval: Interval | null;
}

/**
 * Interval and two-sided test against 0 of an estimate that is normal around the truth, by Student's t.
 *
 * Where nothing varies (the standard error is 0), t says nothing, and the sign test on the m = degrees of freedom + 1
 * independent units takes its place: p = 2^(1 − m), or 1 when the estimate is 0. The values then span no width, and that
 * is their distribution-free interval of the median once 2^(1 − m) ≤ 1 − confidence (6 units for 95 %; Conover 1999,
 * "Practical Nonparametric Statistics", 3.2); with fewer units there is none.
 * @returns no error, p-value and interval for less than one degree of freedom
 */
export function tTest(
  estimate: number,
  standardError: number,
  degreesOfFreedom: number,
  confidence = 0.95,
): TestedEstimate {
  const level = upperLevel(confidence);
  if (!(degreesOfFreedom >= 1)) return { estimate, standardError: null, pValue: null, interval: null };
  if (standardError === 0) {
    const chance = 2 ** -degreesOfFreedom;
    return {
      estimate,
      standardError,
      pValue: estimate === 0 ? 1 : chance,
      interval: chance <= 1 - confidence ? { low: estimate, high: estimate } : null,
    };
  }
  const half = tQuantile(level, degreesOfFreedom) * standardError;
  return {
    estimate,
    standardError,
    pValue: studentPValue(estimate / standardError, degreesOfFreedom),
    interval: { low: estimate - half, high: estimate + half },
  };
}
