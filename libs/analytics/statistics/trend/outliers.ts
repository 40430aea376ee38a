import { meanOf, type Values } from '../moments.js';
import { medianOf, sortedCopy } from '../quantiles.js';

export interface Deviation {
  index: number;
  /** Distance from the median in robust standard deviations. */
  score: number;
}

const THRESHOLD = 3.5;
/** Φ⁻¹(0.75), to how many digits Iglewicz and Hoaglin give it. */
const MAD_OF_NORMAL = 0.6745;
const MEAN_DEVIATION_OF_NORMAL = 1.253314;

/**
 * Values whose modified z-score 0.6745·(x − median) / MAD is beyond ± 3.5; Iglewicz & Hoaglin 1993, "How to Detect and Handle
 * Outliers". Where the MAD is 0, more than half being equal, the scale is 1.253314 times the mean distance from the median.
 * None when all are equal. Meant for a series without drift: take out change points first.
 */
export function outliers(values: Values): Deviation[] {
  if (values.length === 0) return [];
  const median = medianOf(sortedCopy(values));
  const distances = Float64Array.from(values, (value) => Math.abs(value - median));
  const mad = medianOf(sortedCopy(distances));
  const scale = mad > 0 ? mad / MAD_OF_NORMAL : MEAN_DEVIATION_OF_NORMAL * meanOf(distances);
  if (scale === 0) return [];
  return Array.from(values, (value, index) => ({ index, score: (value - median) / scale })).filter(
    ({ score }) => Math.abs(score) > THRESHOLD,
  );
}
