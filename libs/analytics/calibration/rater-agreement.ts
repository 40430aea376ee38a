import {
  cohensKappa,
  krippendorffsAlpha,
  weightedKappa,
  type Alpha,
  type Kappa,
} from '../statistics/index.js';

/** One trial: what its raters and the judge gave, all in [0, 1]. */
export interface RatedTrial {
  /** Rater → value. */
  ratings: Map<string, number>;
  judge: number | null;
}

/** Two who rated the same trials. */
export interface PairAgreement {
  /** Of values made right or wrong by the thresholds. */
  binary: Kappa;
  /** Of the values as they are, on their scale; null where all are 0 or 1. */
  weighted: Kappa | null;
}

export interface RaterAgreement {
  /** Whether every value is 0 or 1; else they are on a scale, and the alphas are ordinal. */
  isBinary: boolean;
  raters: { rater: string; labels: number; withJudge: PairAgreement | null }[];
  /** Of people with each other. */
  pairs: (PairAgreement & { raters: [string, string] })[];
  /** Of all people; and with the judge as one more rater. */
  alphaOfRaters: Alpha;
  alphaWithJudge: Alpha;
}

export interface Thresholds {
  judge: number;
  label: number;
}

/** Raters whose pairs are compared, those with the most labels. */
const MAX_PAIRED = 20;
/** Above that, resampling takes long, and the interval is narrow anyway. */
const MAX_RESAMPLED = 2_000;

/** How far raters agree with each other and with the judge. */
export function agreementOf(
  trials: readonly RatedTrial[],
  thresholds: Thresholds,
  seed: string,
): RaterAgreement {
  const values = trials.map(({ ratings, judge }) => [
    ...ratings.values(),
    ...(judge === null ? [] : [judge]),
  ]);
  const isBinary = values.every((given) => given.every((value) => value === 0 || value === 1));
  const counts = new Map<string, number>();
  for (const { ratings } of trials)
    for (const rater of ratings.keys()) counts.set(rater, (counts.get(rater) ?? 0) + 1);
  const raters = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([rater]) => rater);

  const between = (a: Reading, b: Reading): PairAgreement | null => {
    const both = trials.flatMap((trial) => {
      const [x, y] = [a.of(trial), b.of(trial)];
      return x === undefined || y === undefined ? [] : [{ x, y }];
    });
    const [xs, ys] = [both.map(({ x }) => x), both.map(({ y }) => y)];
    const binary = cohensKappa(
      xs.map((value) => Number(value >= a.threshold)),
      ys.map((value) => Number(value >= b.threshold)),
    );
    return binary && { binary, weighted: isBinary ? null : weightedKappa(xs, ys) };
  };
  const by = (rater: string): Reading => ({
    of: ({ ratings }) => ratings.get(rater),
    threshold: thresholds.label,
  });
  const judge: Reading = { of: (trial) => trial.judge ?? undefined, threshold: thresholds.judge };
  const alphaOf = (units: number[][]): Alpha => {
    const resamples = units.length > MAX_RESAMPLED ? 0 : undefined;
    return krippendorffsAlpha(units, isBinary ? 'nominal' : 'ordinal', seed, { resamples });
  };
  const paired = raters.slice(0, MAX_PAIRED);
  return {
    isBinary,
    raters: raters.map((rater) => ({
      ...{ rater, labels: counts.get(rater) ?? 0, withJudge: between(by(rater), judge) },
    })),
    pairs: paired.flatMap((first, place) =>
      paired.slice(place + 1).flatMap((second) => {
        const agreement = between(by(first), by(second));
        return agreement ? [{ raters: [first, second] as [string, string], ...agreement }] : [];
      }),
    ),
    alphaOfRaters: alphaOf(trials.map(({ ratings }) => [...ratings.values()])),
    alphaWithJudge: alphaOf(values),
  };
}

/** What somebody gave, and from what on that is right. */
interface Reading {
  of: (trial: RatedTrial) => number | undefined;
  threshold: number;
}
