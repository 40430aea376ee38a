import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';

/**
 * The exact two-sided p-value that right and wrong change places as often one way as the other: min(1, 2 · P(B ≤ min(wins,
 * losses))), B ~ Binomial(wins + losses, ½). McNemar 1947, "Note on the Sampling Error of the Difference Between
 * Correlated Proportions", Psychometrika 12(2). It is conservative: its false positive rate is at most the level. 1 when
 * nothing differs.
 */
export function mcnemarPValue(wins: number, losses: number): number {
  if (wins + losses === 0) return 1;
  return Math.min(1, 2 * binomialCdf(Math.min(wins, losses), wins + losses, 0.5));
}
