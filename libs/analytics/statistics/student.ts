import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tPdf from '@stdlib/stats-base-dists-t-pdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/**
 * The quantile of Student's t. One Newton step on the distribution function follows @stdlib's quantile, which by itself is
 * off by up to 5e-9 of its value.
 */
export function studentQuantile(level: number, degreesOfFreedom: number): number {
  const rough = tQuantile(level, degreesOfFreedom);
  return rough - (tCdf(rough, degreesOfFreedom) - level) / tPdf(rough, degreesOfFreedom);
}

/** The chance, both ends together, of a t as far from 0 as this one or farther. */
export function studentPValue(t: number, degreesOfFreedom: number): number {
  return 2 * tCdf(-Math.abs(t), degreesOfFreedom);
}
