import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { upperLevel, type Interval } from './interval.js';

/**
 * Score interval of a proportion: Wilson 1927, "Probable Inference, the Law of Succession, and Statistical
 * Inference", JASA 22(158); without continuity correction. It stays in [0, 1] and has width even when all trials
 * fail (low is exactly 0), when all succeed (high is exactly 1), and for n = 1.
 * @returns null for n = 0: nothing is known
 * @throws RangeError unless 0 ≤ successes ≤ n
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): Interval | null {
  if (!(successes >= 0 && successes <= n)) {
    throw new RangeError(`${successes} successes of ${n} trials is not a proportion.`);
  }
  if (n === 0) return null;
  const z2 = normalQuantile(upperLevel(confidence), 0, 1) ** 2;
  const failures = n - successes;
  const centre = (successes + z2 / 2) / (n + z2);
  const half = Math.sqrt(z2 * ((successes * failures) / n + z2 / 4)) / (n + z2);
  return {
    low: successes === 0 ? 0 : centre - half,
    high: failures === 0 ? 1 : centre + half,
  };
}
