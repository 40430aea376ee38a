import { meanOf, type Values } from '../moments.js';
import { medianOf, sortedCopy } from '../quantiles.js';

/** Φ⁻¹(0.75), and √(2/π): median and mean of the absolute value of a standard normal variable. */
const MEDIAN_OF_NORMAL = 0.6744897501960817;
const MEAN_OF_NORMAL = 0.7978845608028654;

/**
 * Variance of the noise around a mean that jumps now and then: from first differences, on which a jump leaves one value,
 * by their median absolute value; by their mean absolute value where more than half of them are 0. NaN for n < 2.
 */
export function noiseVariance(values: Values): number {
  const steps = Float64Array.from(values.slice(1), (value, i) => Math.abs(value - (values[i] as number)));
  const median = medianOf(sortedCopy(steps));
  const deviation = median > 0 ? median / MEDIAN_OF_NORMAL : meanOf(steps) / MEAN_OF_NORMAL;
  return deviation ** 2 / 2;
}
