import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { upperLevel, type Interval } from '../interval.js';

/** Successes out of n. */
export interface Count {
  successes: number;
  n: number;
}

export interface CorrectedShare {
  /** Cut to [0, 1]. */
  share: number;
  interval: Interval;
}

const clip = (value: number): number => Math.max(0, Math.min(1, value));

/**
 * The true share of right answers, from the share that an imperfect judge accepts: (p + Sp − 1) / (Se + Sp − 1), Rogan &
 * Gladen 1978, "Estimating Prevalence from the Results of a Screening Test", Am. J. Epidemiol. 107(1). The interval
 * carries the uncertainty of all three shares: Lang & Reiczigel 2014, "Confidence Limits for Prevalence of Disease Adjusted for
 * Estimated Sensitivity and Specificity", Prev. Vet. Med. 113(1).
 * @param accepted what the judge accepted
 * @param sensitivity of answers known to be right, those that the judge accepted
 * @param specificity of answers known to be wrong, those that the judge rejected
 * @returns null when one of the three has n = 0, and when the judge is no better than chance (Se + Sp ≤ 1)
 * @throws RangeError unless 0 ≤ successes ≤ n
 */
export function correctedShare(
  accepted: Count,
  sensitivity: Count,
  specificity: Count,
  confidence = 0.95,
): CorrectedShare | null {
  const counts = [accepted, sensitivity, specificity];
  for (const { successes, n } of counts) {
    if (!(successes >= 0 && successes <= n)) {
      throw new RangeError(`${successes} successes of ${n} is not a share.`);
    }
  }
  const z = normalQuantile(upperLevel(confidence), 0, 1);
  const [p, se, sp] = counts.map(({ successes, n }) => successes / n) as [number, number, number];
  if (counts.some(({ n }) => n === 0) || se + sp <= 1) return null;

  const widened = ({ successes, n }: Count, by: number): [share: number, variance: number] => {
    const share = (successes + by / 2) / (n + by);
    return [share, (share * (1 - share)) / (n + by)];
  };
  const [pWide, pVariance] = widened(accepted, z ** 2);
  const [seWide, seVariance] = widened(sensitivity, 2);
  const [spWide, spVariance] = widened(specificity, 2);
  const power = seWide + spWide - 1;
  const centre = (pWide + spWide - 1) / power;
  const shift = 2 * z ** 2 * (centre * seVariance - (1 - centre) * spVariance);
  const half =
    (z * Math.sqrt(pVariance + centre ** 2 * seVariance + (1 - centre) ** 2 * spVariance)) / Math.abs(power);
  return {
    share: clip((p + sp - 1) / (se + sp - 1)),
    interval: { low: clip(centre + shift - half), high: clip(centre + shift + half) },
  };
}
