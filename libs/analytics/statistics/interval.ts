/** A two-sided confidence interval, in the unit of what it is about. */
export interface Interval {
  low: number;
  high: number;
}

/**
 * The quantile level of the upper end of a two-sided interval: 0.975 for 95 %.
 * @throws RangeError unless `confidence` is between 0 and 1
 */
export function upperLevel(confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`A confidence of ${confidence} is not between 0 and 1; 95 % is 0.95.`);
  }
  return 0.5 + confidence / 2;
}
