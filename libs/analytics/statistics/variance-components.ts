import { meanOf, type Values } from './moments.js';

export interface VarianceComponents {
  samples: number;
  trials: number;
  /** Variance between the samples' true means; null for fewer than two samples, or when none was repeated. */
  between: number | null;
  /** Mean variance of the trials of one sample; null when none was repeated. */
  within: number | null;
  /** between / (between + within), the intraclass correlation: 1 when repeating adds nothing; null when both are 0. */
  betweenShare: number | null;
}

/** Of samples that have a trial. */
export interface EpochSums {
  samples: number;
  trials: number;
  /** Σ over samples of trials · (mean − grand mean)². */
  squaresBetween: number;
  /** Σ over trials of (score − mean of its sample)². */
  squaresWithin: number;
  /** Σ over samples of trials². */
  squaredSizes: number;
}

/**
 * Splits the variance of scores into that between samples and that within them (epochs), by one-way random effects
 * ANOVA with unequal group sizes: within = MSW, between = (MSB − MSW) / k₀, k₀ = (N − Σk²/N) / (n − 1). Searle, Casella &
 * McCulloch 1992, "Variance Components", 3.6. A negative estimate of `between` is set to 0.
 * @param scores of each sample, one for each epoch that has one; samples without any are left out
 */
export function varianceComponents(scores: readonly Values[]): VarianceComponents {
  const groups = scores.filter((group) => group.length > 0);
  const all = groups.flatMap((group) => [...group]);
  const grand = meanOf(all);
  let squaresBetween = 0;
  let squaresWithin = 0;
  let sizes = 0;
  for (const group of groups) {
    const mean = meanOf(group);
    squaresBetween += group.length * (mean - grand) ** 2;
    for (const value of group) squaresWithin += (value - mean) ** 2;
    sizes += group.length ** 2;
  }
  return varianceFromSums({
    samples: groups.length,
    trials: all.length,
    squaresBetween,
    squaresWithin,
    squaredSizes: sizes,
  });
}

/** The same, of trials that were summed up already. */
export function varianceFromSums(sums: EpochSums): VarianceComponents {
  const { samples, trials, squaresBetween, squaresWithin, squaredSizes: sizes } = sums;
  if (trials === samples) return { samples, trials, between: null, within: null, betweenShare: null };
  const within = squaresWithin / (trials - samples);
  if (samples < 2) return { samples, trials, between: null, within, betweenShare: null };
  const size = (trials - sizes / trials) / (samples - 1);
  const between = Math.max(0, (squaresBetween / (samples - 1) - within) / size);
  const total = between + within;
  return { samples, trials, between, within, betweenShare: total === 0 ? null : between / total };
}
