import type { Values } from '../moments.js';
import { medianOf, sortedCopy } from '../quantiles.js';
import { noiseVariance } from './noise.js';

export interface Deviation {
  index: number;
  /** Median of the values around it. */
  usual: number;
  /** Distance from it in standard deviations of the noise. */
  deviations: number;
}

const HALF_WINDOW = 2;
const THRESHOLD = 3.5;

/**
 * Single values that stand out from those around them: further than 3.5 standard deviations from the median of five, itself
 * in the middle; the filter of Hampel, in Davies & Gather 1993, "The Identification of Multiple Outliers", JASA 88(423). The
 * noise is that of {@link noiseVariance}, since the spread of five values says little. A jump of the mean is none, and nor are
 * two odd values in a row. None when n < 5 or nothing varies. Values must be in order of time.
 */
export function outliers(values: Values): Deviation[] {
  const deviation = Math.sqrt(noiseVariance(values));
  if (values.length < 2 * HALF_WINDOW + 1 || deviation === 0) return [];
  return Array.from(values, (value, index) => {
    const around = values.slice(Math.max(0, index - HALF_WINDOW), index + HALF_WINDOW + 1);
    const usual = medianOf(sortedCopy(around));
    return { index, usual, deviations: (value - usual) / deviation };
  }).filter(({ deviations }) => Math.abs(deviations) > THRESHOLD);
}
