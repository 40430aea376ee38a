import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { upperLevel, type Interval } from '../interval.js';

/**
 * Interval of the difference (wins − losses) / n of two paired proportions: the adjusted Wald interval of Bonett & Price 2012,
 * "Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based on Paired Data", J. Educ. Behav. Stat.
 * 37(4): one is added to wins and to losses, two to n. It has width even when nothing differs.
 * @returns null for n = 0
 */
export function pairedProportionInterval(
  wins: number,
  losses: number,
  n: number,
  confidence = 0.95,
): Interval | null {
  const level = upperLevel(confidence);
  if (n === 0) return null;
  const won = (wins + 1) / (n + 2);
  const lost = (losses + 1) / (n + 2);
  const half = normalQuantile(level, 0, 1) * Math.sqrt((won + lost - (won - lost) ** 2) / (n + 2));
  return { low: Math.max(-1, won - lost - half), high: Math.min(1, won - lost + half) };
}
