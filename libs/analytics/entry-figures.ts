import type { RollupFigures } from '#libs/results';
import {
  passAtK,
  ratioFromMoments,
  varianceFromSums,
  type Interval,
  type PassAtK,
  type VarianceComponents,
} from './statistics/index.js';

/** Figures of an entry besides its score; null where not known, as in rollups from before they were kept. */
export interface EntryFigures {
  /** pass@k and pass^k for each k up to the epochs; empty where not known. */
  passAtK: PassAtK[];
  /** Null with one epoch. */
  variance: VarianceComponents | null;
  /** Of samples with at least two scored epochs; null with one epoch. */
  agreement: { samples: number; unanimous: number | null; pairwise: number | null } | null;
  /** Of the cost per correct answer. */
  costPerCorrectInterval: Interval | null;
}

/** @param costUsd of the whole entry; null where its price is unknown */
export function figuresOf(figures: RollupFigures | null | undefined, costUsd: number | null): EntryFigures {
  const { pass_counts: passCounts = [], epochs = null, agreement = null, cost = null } = figures ?? {};
  return {
    passAtK: passAtK(passCounts),
    variance: epochs && varianceOf(epochs),
    agreement,
    costPerCorrectInterval: costUsd === null || !cost ? null : costInterval(cost, costUsd),
  };
}

/** Rounding may leave a trace of variance between samples that are all equal, which is none. */
const NOTHING = 1e-12;

function varianceOf(sums: NonNullable<RollupFigures['epochs']>): VarianceComponents {
  const floor = NOTHING * sums.trials;
  return varianceFromSums({
    samples: sums.samples,
    trials: sums.trials,
    squaresBetween: sums.squares_between < floor ? 0 : sums.squares_between,
    squaresWithin: sums.squares_within < floor ? 0 : sums.squares_within,
    squaredSizes: sums.squared_sizes,
  });
}

/**
 * Fieller's interval over samples. What an entry cost beyond its stored trials, such as answers that were thrown away, is
 * spread over all of them.
 */
function costInterval(cost: NonNullable<RollupFigures['cost']>, costUsd: number): Interval | null {
  const { samples: n, mean_cost: meanX, mean_credit: meanY } = cost;
  const { cost_variance: varianceX, credit_variance: varianceY, covariance } = cost;
  if (meanX === 0 || varianceX === null || varianceY === null || covariance === null) return null;
  const { interval } = ratioFromMoments({ n, meanX, meanY, varianceX, varianceY, covariance });
  const factor = costUsd / (n * meanX);
  return interval && { low: factor * interval.low, high: factor * interval.high };
}
