import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { upperLevel } from './interval.js';

export interface PowerOptions {
  /** Of the two-sided test; 0.95 unless told. */
  confidence?: number;
  /** The chance to find the effect where it is; 0.8 unless told. */
  power?: number;
}

/** Variances of one agent's scores, as `varianceComponents` estimates them. */
export interface ScoreVariance {
  between: number;
  within: number;
}

const quantileSum = ({ confidence = 0.95, power = 0.8 }: PowerOptions): number => {
  if (!(power > 0 && power < 1))
    throw new RangeError(`A power of ${power} is not between 0 and 1; 80 % is 0.8.`);
  return normalQuantile(upperLevel(confidence), 0, 1) + normalQuantile(power, 0, 1);
};

/**
 * Variance of the difference of two agents on one sample: ω² + (σ_A² + σ_B²) / K with ω² = b_A + b_B − 2ρ√(b_A·b_B), where b
 * is the variance between samples, σ² that within, K the epochs and ρ the correlation of the agents' sample means. Miller 2024,
 * "Adding Error Bars to Evals", sections 3 and 5. With ρ = 0 it is the unpaired design with as many samples for each agent.
 */
export function differenceVariance(
  a: ScoreVariance,
  b: ScoreVariance,
  correlation: number,
  epochs: number,
): number {
  const shared = 2 * correlation * Math.sqrt(a.between * b.between);
  return a.between + b.between - shared + (a.within + b.within) / epochs;
}

/**
 * The smallest true difference that n samples find with the wanted power: (z_{1−α/2} + z_{power}) · √(variance / n); Miller
 * 2024, section 5. Normal, so slightly too small for fewer than 30 samples.
 * @param variance of the difference on one sample: {@link differenceVariance}, or that of a pilot's paired differences
 */
export function minimumDetectableEffect(n: number, variance: number, options: PowerOptions = {}): number {
  return quantileSum(options) * Math.sqrt(variance / n);
}

/**
 * The samples that find a true difference with the wanted power, rounded up: (z_{1−α/2} + z_{power})² · variance / effect².
 * @returns at least 2
 * @throws RangeError for an effect of 0, which no number of samples finds
 */
export function samplesNeeded(effect: number, variance: number, options: PowerOptions = {}): number {
  if (!(Math.abs(effect) > 0)) {
    throw new RangeError('No number of samples finds a difference of 0; name the smallest that matters.');
  }
  return Math.max(2, Math.ceil(quantileSum(options) ** 2 * (variance / effect ** 2)));
}

/**
 * The samples at which the whole interval lies within ± margin with the wanted power, where the true difference is `effect`: the
 * least n with Φ((margin − effect)/s − z) + Φ((margin + effect)/s − z) − 1 ≥ power, z = z_{1−α/2} and s = √(variance / n); Julious
 * 2004, "Sample Sizes for Clinical Trials with Normal Data", Statistics in Medicine 23(12), section 5.
 * @throws RangeError unless |effect| < margin
 */
export function equivalenceSamplesNeeded(
  effect: number,
  margin: number,
  variance: number,
  options: PowerOptions = {},
): number {
  const { confidence = 0.95, power = 0.8 } = options;
  const nearest = margin - Math.abs(effect);
  if (!(nearest > 0)) throw new RangeError(`A difference of ${effect} is not within ${margin}.`);
  const z = normalQuantile(upperLevel(confidence), 0, 1);
  const found = (n: number): number => {
    const within = (gap: number): number => normalCdf(gap / Math.sqrt(variance / n) - z, 0, 1);
    return within(nearest) + within(margin + Math.abs(effect)) - 1;
  };
  // As if there were one side only, and as if both were equally near.
  let low = samplesNeeded(nearest, variance, options);
  let high = samplesNeeded(nearest, variance, { confidence, power: (1 + power) / 2 });
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (found(middle) >= power) high = middle;
    else low = middle + 1;
  }
  return high;
}

/**
 * The epochs of n samples that find a true difference, rounded up: (σ_A² + σ_B²) / (n·effect²/(z_{1−α/2} + z_{power})² − ω²).
 * For the same number of trials, more samples always beat more epochs; epochs are for when there are no more samples.
 * @returns null where no number of epochs is enough, or none that can be counted: the spread between samples alone hides the effect
 */
export function epochsNeeded(
  effect: number,
  samples: number,
  { a, b, correlation }: { a: ScoreVariance; b: ScoreVariance; correlation: number },
  options: PowerOptions = {},
): number | null {
  const allowed = samples * (effect / quantileSum(options)) ** 2;
  const between = differenceVariance({ ...a, within: 0 }, { ...b, within: 0 }, correlation, 1);
  const epochs = Math.max(1, Math.ceil((a.within + b.within) / (allowed - between)));
  return between < allowed && Number.isSafeInteger(epochs) ? epochs : null;
}
