import tCdf from '@stdlib/stats-base-dists-t-cdf';

/** The chance, both ends together, of a t as far from 0 as this one or farther. */
export function studentPValue(t: number, degreesOfFreedom: number): number {
  return 2 * tCdf(-Math.abs(t), degreesOfFreedom);
}
