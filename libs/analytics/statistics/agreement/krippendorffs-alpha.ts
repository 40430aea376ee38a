import { SeededRandom } from '#libs/common';
import { upperLevel, type Interval } from '../interval.js';
import { quantileOf, sortedCopy } from '../quantiles.js';
import { meanRanks } from '../correlation.js';

export type Scale = 'nominal' | 'ordinal' | 'interval';

export interface Alpha {
  /** Items with at least two ratings: the others say nothing. */
  units: number;
  /** null when there are none, or when all ratings are equal. */
  alpha: number | null;
  interval: Interval | null;
}

/** Sum over all ordered pairs of the ratings of their squared distance. */
function disagreement(ratings: Float64Array, scale: Scale): number {
  const n = ratings.length;
  if (scale === 'nominal') {
    const counts = new Map<number, number>();
    for (const rating of ratings) counts.set(rating, (counts.get(rating) ?? 0) + 1);
    return [...counts.values()].reduce((rest, count) => rest - count ** 2, n ** 2);
  }
  const first = ratings[0] ?? 0;
  let sum = 0;
  let squares = 0;
  for (const rating of ratings) {
    sum += rating - first;
    squares += (rating - first) ** 2;
  }
  return Math.max(0, 2 * (n * squares - sum ** 2));
}

/** The ratings of all units in one list, of `sizes` each. */
function alphaOf(ratings: Float64Array, sizes: readonly number[], scale: Scale): number | null {
  const places = scale === 'ordinal' ? meanRanks(ratings) : ratings;
  const expected = disagreement(places, scale) / (places.length - 1);
  if (!(expected > 0)) return null;
  let observed = 0;
  let start = 0;
  for (const size of sizes) {
    observed += disagreement(places.subarray(start, start + size), scale) / (size - 1);
    start += size;
  }
  return 1 - observed / expected;
}

/**
 * Agreement of any number of raters, with ratings missing; Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability":
 * 1 − observed / expected disagreement. The ordinal distance is the squared distance of the mean ranks among all ratings,
 * which equals Krippendorff's sum over the ranks between. The interval is the percentile one over 1,000 seeded resamples of
 * units: Zapf et al. 2016, "Measuring Inter-Rater Reliability for Nominal Data", BMC Med. Res. Methodol. 16:93.
 * @param units for each item its ratings; labels of a nominal scale as numbers
 * @returns no interval for fewer than two units, without resamples, nor where a tenth of the resamples have no alpha
 */
export function krippendorffsAlpha(
  units: readonly (readonly number[])[],
  scale: Scale,
  seed: string,
  { confidence = 0.95, resamples = 1_000 }: { confidence?: number; resamples?: number } = {},
): Alpha {
  const level = upperLevel(confidence);
  const rated = units.filter((ratings) => ratings.length > 1);
  const of = (sampled: readonly (readonly number[])[]): number | null =>
    alphaOf(
      Float64Array.from(sampled.flat()),
      sampled.map(({ length }) => length),
      scale,
    );
  const alpha = of(rated);
  if (alpha === null || rated.length < 2 || resamples === 0)
    return { units: rated.length, alpha, interval: null };
  const random = new SeededRandom('krippendorff', seed);
  const resampled = Array.from({ length: resamples }, () => of(rated.map(() => random.pick(rated)))).filter(
    (value) => value !== null,
  );
  const sorted = sortedCopy(resampled);
  const enough = sorted.length > 0.9 * resamples;
  return {
    units: rated.length,
    alpha,
    interval: enough ? { low: quantileOf(sorted, 1 - level), high: quantileOf(sorted, level) } : null,
  };
}
