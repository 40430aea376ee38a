import { estimate, type ScoreEstimate } from './estimate.js';
import {
  bradleyTerry,
  clusteredMean,
  comparePairs,
  eloOf,
  holm,
  momentsOf,
  paretoFront,
  rankIntervals,
  type Clusters,
  type Interval,
  type PairTest,
  type Rank,
} from './statistics/index.js';
import { count, listed, percent, plural } from './wording.js';

/** An agent's entry as a leaderboard takes it. */
export interface Contender {
  name: string;
  /** By the sample's place in the benchmark version; NaN where it does not count. All of one length. */
  scores: Float64Array;
  /** US dollars; null where the price is unknown. */
  costPerTrial: number | null;
  /** Median, in milliseconds. */
  latency: number | null;
}

export interface Standing extends ScoreEstimate, Rank {
  /** Its place among the contenders as they were given. */
  place: number;
  /** Places of those that paired tests do not tell from it, best first. */
  tiedWith: number[];
  /** Bradley–Terry strength on the scale of chess; null where an agent won or lost every sample against all. */
  elo: { rating: number; interval: Interval | null } | null;
  /** No other is at least as good, as cheap and as fast, and better in one of them. */
  onParetoFront: boolean;
}

const LEVEL = 0.05;

/**
 * Ranks contenders by their mean over samples, best first. Ranks, their intervals and ties are by paired tests of every pair
 * over the samples that both have a score for, adjusted together by Holm; Elo is from who scored higher on each sample.
 * @param clusters by the sample's place; with them intervals and paired tests are cluster-robust.
 */
export function standings(contenders: readonly Contender[], clusters: Clusters | null = null): Standing[] {
  const columns = contenders.map(({ scores }) => scores);
  const pairs = contenders.flatMap((_, a) =>
    contenders.slice(a + 1).map((_, later) => meet(columns, a, a + 1 + later, clusters)),
  );
  const estimates = columns.map((column) => estimateOf(column, clusters));
  const ranks = rankIntervals(
    estimates.map(({ score }) => score ?? 0),
    pairs,
  );
  const adjusted = holm(pairs.map(({ pValue }) => pValue));
  const apart = new Set(
    pairs
      .filter(({ delta }, i) => delta !== 0 && (adjusted[i] ?? 1) < LEVEL)
      .flatMap(({ a, b }) => [`${a} ${b}`, `${b} ${a}`]),
  );
  const strengths = bradleyTerry(columns, clusters);
  const front = new Set(
    paretoFront(
      contenders.map(({ costPerTrial, latency }, i) => [estimates[i]!.score, costPerTrial, latency]),
      ['higher', 'lower', 'lower'],
    ),
  );
  const order = ranks.map((_, place) => place).sort((a, b) => ranks[a]!.rank - ranks[b]!.rank || a - b);
  return order.map((place) => {
    const strength = strengths?.[place];
    return {
      place,
      ...estimates[place]!,
      ...ranks[place]!,
      tiedWith: order.filter((other) => other !== place && !apart.has(`${place} ${other}`)),
      elo: strength
        ? {
            rating: eloOf(strength.strength),
            interval: strength.interval && {
              low: eloOf(strength.interval.low),
              high: eloOf(strength.interval.high),
            },
          }
        : null,
      onParetoFront: front.has(place),
    };
  });
}

function meet(columns: readonly Float64Array[], a: number, b: number, clusters: Clusters | null): PairTest {
  const [left, right] = [columns[a]!, columns[b]!];
  const both = (_: unknown, i: number): boolean => !Number.isNaN(left[i]! - right[i]!);
  const compared = comparePairs(left.filter(both), right.filter(both), { clusters: clusters?.filter(both) });
  return { a, b, delta: compared?.estimate ?? 0, pValue: compared?.pValue ?? null };
}

function estimateOf(column: Float64Array, clusters: Clusters | null): ScoreEstimate {
  const counts = (_: unknown, i: number): boolean => !Number.isNaN(column[i]!);
  const scores = column.filter(counts);
  const { n, mean, variance } = momentsOf(scores);
  if (n === 0) return { n, score: null, ciLow: null, ciHigh: null };
  const isBinary = scores.every((score) => score === 0 || score === 1);
  const clustered = clusters && clusteredMean(scores, clusters.filter(counts));
  return estimate(
    {
      ...{ n, mean, variance: Number.isNaN(variance) ? null : variance },
      ...(clustered && {
        clustered: { clusters: clustered.clusters, standard_error: clustered.standardError },
      }),
    },
    isBinary,
  );
}

/** Rivals that a sentence names; more are counted. */
const MAX_NAMED = 3;

/** Who leads, as far as the tests tell. @param clusterBy what samples of a cluster have in common; null without clusters. */
export function standingsSentence(
  contenders: readonly Contender[],
  [first, ...others]: readonly Standing[],
  clusterBy: string | null = null,
): string {
  if (!first || first.score === null) return 'No agent has a completed entry with a score.';
  const name = (place: number): string => contenders[place]!.name;
  const figures = `${percent(first.score)} of ${plural(first.n, 'sample')}`;
  const clusters =
    clusterBy === null ? '' : ` Intervals and tests allow for samples of one ${clusterBy} being alike.`;
  if (others.length === 0) {
    return `${name(first.place)} scored ${figures}; no other agent is ranked.${clusters}`;
  }
  if (first.tiedWith.length === 0) {
    return `${name(first.place)} leads with ${figures}: paired tests show it better than ${others.length === 1 ? 'the other agent' : `each of the ${count(others.length)} others`}.${clusters}`;
  }
  const named = first.tiedWith.slice(0, MAX_NAMED).map(name);
  const more = first.tiedWith.length - named.length;
  return `No clear leader: ${name(first.place)} has ${figures}, and paired tests do not tell it from ${listed(more > 0 ? [...named, plural(more, 'other')] : named)}.${clusters}`;
}
