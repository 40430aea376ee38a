/** Numbers by position. */
export type Values = readonly number[] | Float64Array;

export interface Moments {
  n: number;
  /** NaN for n = 0. */
  mean: number;
  /** With n − 1 in the denominator; NaN for n < 2, exactly 0 when all values are equal but for rounding. */
  variance: number;
}

/** The mean, as the first value plus the mean distance from it: exact when all values are equal. NaN for none. */
export function meanOf(values: Values): number {
  const first = values[0] ?? NaN;
  let distance = 0;
  for (const value of values) distance += value - first;
  return first + distance / values.length;
}

/** What rounding may leave of a variance where nothing varies, as a share of the mean square. */
export const ROUNDING = 1e-24;

/** Mean and variance in two passes; Chan, Golub & LeVeque 1983, "Algorithms for Computing the Sample Variance". */
export function momentsOf(values: Values): Moments {
  const n = values.length;
  const mean = meanOf(values);
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value - mean;
    squares += (value - mean) ** 2;
  }
  const variance = n < 2 ? NaN : Math.max(0, squares - sum ** 2 / n) / (n - 1);
  return { n, mean, variance: variance <= ROUNDING * mean ** 2 ? 0 : variance };
}

/**
 * The covariance of two lists by position, with n − 1 in the denominator; NaN for n < 2.
 * @throws RangeError when they differ in length
 */
export function covarianceOf(x: Values, y: Values): number {
  requireSameLength(x, y);
  const meanX = meanOf(x);
  const meanY = meanOf(y);
  let products = 0;
  for (let i = 0; i < x.length; i++) products += ((x[i] as number) - meanX) * ((y[i] as number) - meanY);
  return x.length < 2 ? NaN : products / (x.length - 1);
}

/**
 * x − y by position. Values that differ in their last bits alone, as the means of the same epochs in another order, are equal.
 * @throws RangeError when they differ in length
 */
export function differencesOf(x: Values, y: Values): Float64Array {
  requireSameLength(x, y);
  return Float64Array.from(x, (value, i) => {
    const difference = value - (y[i] as number);
    return Math.abs(difference) <= Math.sqrt(ROUNDING) * Math.abs(value) ? 0 : difference;
  });
}

/** @throws RangeError unless both lists have one element for each position */
export function requireSameLength(a: { length: number }, b: { length: number }): void {
  if (a.length !== b.length) {
    throw new RangeError(
      `Lists of ${a.length} and ${b.length} values cannot be matched by position; align them first.`,
    );
  }
}
