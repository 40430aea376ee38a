import type { Interval } from '../interval.js';

export type GateDecision = 'pass' | 'fail' | 'inconclusive';

/**
 * Whether a candidate may be worse than its baseline by no more than a tolerance: a non-inferiority test by its interval
 * (Piaggio et al. 2012, CONSORT extension, JAMA 308(24)). `pass` when the whole interval of candidate − baseline is within
 * the tolerance, `fail` when all of it is beyond, `inconclusive` when the tolerance lies inside it or there is no interval.
 * @param tolerance in the unit of the metric, 0 or more; 0 asks for no loss at all
 * @throws RangeError for a negative tolerance
 */
export function decideGate(
  delta: Interval | null,
  tolerance: number,
  better: 'higher' | 'lower',
): GateDecision {
  if (!(tolerance >= 0)) throw new RangeError(`A tolerance of ${tolerance} is not 0 or above.`);
  if (delta === null) return 'inconclusive';
  const [leastLoss, mostLoss] = better === 'higher' ? [-delta.high, -delta.low] : [delta.low, delta.high];
  if (mostLoss <= tolerance) return 'pass';
  return leastLoss > tolerance ? 'fail' : 'inconclusive';
}
