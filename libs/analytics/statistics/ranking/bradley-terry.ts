import type { Clusters } from '../clustered-mean.js';
import type { Interval } from '../interval.js';
import { differencesOf, type Values } from '../moments.js';
import { tTest } from '../t-test.js';
import { invert } from './invert.js';

export interface Strength {
  /** Natural logarithm of the strength; the mean over all players is 0. */
  strength: number;
  /** null with less than two clusters. */
  standardError: number | null;
  interval: Interval | null;
}

const MOST_ROUNDS = 100_000;
const PRECISION = 1e-12;

const square = (size: number): number[][] =>
  Array.from({ length: size }, () => new Array<number>(size).fill(0));

/** A strength on the scale of chess: 400 points are odds of ten to one, 1000 is the mean. */
export function eloOf(strength: number): number {
  return 1000 + (400 / Math.LN10) * strength;
}

/** Whether each player can be reached from the first along wins: `wins[i][j]` of i over j. */
function allReached(wins: (from: number, to: number) => number, players: number): boolean {
  const reached = new Set([0]);
  for (const from of reached) {
    for (let to = 0; to < players; to++) if (wins(from, to) > 0) reached.add(to);
  }
  return reached.size === players;
}

/** Who scored higher on each sample, of the players at two places. */
interface Encounters {
  a: number;
  b: number;
  /** By sample: 1 where a did, −1 where b did, 0 for a tie, MISSED where one has no score. */
  outcomes: Int8Array;
}

const MISSED = 2;

const outcomeOf = (difference: number): number => (Number.isNaN(difference) ? MISSED : Math.sign(difference));

/** Half a win for each. */
const winOf = (outcome: number): number => (1 + outcome) / 2;

function encountersOf(columns: readonly Values[]): Encounters[] {
  return columns.flatMap((left, a) =>
    columns.slice(a + 1).map((right, later) => ({
      a,
      b: a + 1 + later,
      outcomes: Int8Array.from(differencesOf(left, right), outcomeOf),
    })),
  );
}

/** The strengths of greatest likelihood, with geometric mean 1. @param games that i and j played; wins of i over j likewise */
function likeliest(wins: readonly number[][], games: readonly number[][]): number[] {
  const total = wins.map((row) => row.reduce((sum, count) => sum + count, 0));
  let gammas = wins.map(() => 1);
  for (let round = 0, change = Infinity; round < MOST_ROUNDS && change > PRECISION; round++) {
    const next = gammas.map((gamma, i) => {
      const share = games[i]!.reduce((sum, count, j) => sum + count / (gamma + gammas[j]!), 0);
      return total[i]! / share;
    });
    const scale = Math.exp(next.reduce((sum, gamma) => sum + Math.log(gamma), 0) / next.length);
    change = Math.max(...next.map((gamma, i) => Math.abs(gamma / scale / gammas[i]! - 1)));
    gammas = next.map((gamma) => gamma / scale);
  }
  return gammas;
}

/** Its null space is the common shift, which the constraint removes: pinv(I) = inv(I + 1/m) − 1/m. */
function inverseInformation(gammas: readonly number[], games: readonly number[][]): number[][] {
  const players = gammas.length;
  const information = square(players);
  games.forEach((row, i) =>
    row.forEach((count, j) => {
      const weight = (count * gammas[i]! * gammas[j]!) / (gammas[i]! + gammas[j]!) ** 2;
      if (i === j) return;
      information[i]![i]! += weight;
      information[i]![j]! -= weight;
    }),
  );
  return invert(information.map((row) => row.map((value) => value + 1 / players))).map((row) =>
    row.map((value) => value - 1 / players),
  );
}

/** By cluster and player: by how much they won more often than their strengths say. Of clusters without encounters there is none. */
function surplusesOf(
  encounters: readonly Encounters[],
  gammas: readonly number[],
  clusters: Clusters,
): Float64Array[] {
  const places = new Map([...new Set(clusters)].map((cluster, place) => [cluster, place]));
  const placeOf = Int32Array.from(clusters, (cluster) => places.get(cluster)!);
  const surpluses = new Array<Float64Array | undefined>(places.size);
  for (const { a, b, outcomes } of encounters) {
    const expected = gammas[a]! / (gammas[a]! + gammas[b]!);
    outcomes.forEach((outcome, sample) => {
      if (outcome === MISSED) return;
      const surplus = (surpluses[placeOf[sample]!] ??= new Float64Array(gammas.length));
      surplus[a]! += winOf(outcome) - expected;
      surplus[b]! -= winOf(outcome) - expected;
    });
  }
  return surpluses.filter((surplus) => surplus !== undefined);
}

/**
 * Bradley–Terry strengths from who scored higher on each sample, by the MM algorithm of Hunter 2004, "MM Algorithms for
 * Generalized Bradley–Terry Models", Ann. Statist. 32(1): P(a beats b) = e^a / (e^a + e^b). A tie is half a win for each.
 *
 * All encounters on a sample come of the same answers, and ties vary less than games do, so that Fisher's information is
 * not their precision: the variance is the sandwich J⁺ · G / (G − 1) · Σ over clusters u uᵀ · J⁺, with the information J
 * under the constraint that the mean is 0, and u the score of a cluster (Liang & Zeger 1986, "Longitudinal Data Analysis
 * Using Generalized Linear Models", Biometrika 73(1)). Intervals are Student's with G − 1 degrees of freedom.
 * @param columns of each player the scores by sample, NaN where it has none; all of one length
 * @param clusters by sample; without, each sample is one
 * @returns null when there is no finite maximum: players fall into two groups of which one never beat the other (Ford 1957),
 * so with an undefeated player too; and for fewer than two players
 */
export function bradleyTerry(
  columns: readonly Values[],
  clusters: Clusters | null = null,
  confidence = 0.95,
): Strength[] | null {
  const players = columns.length;
  const encounters = encountersOf(columns);
  const wins = square(players);
  for (const { a, b, outcomes } of encounters) {
    for (const outcome of outcomes) {
      if (outcome === MISSED) continue;
      wins[a]![b]! += winOf(outcome);
      wins[b]![a]! += winOf(-outcome);
    }
  }
  const won = (i: number, j: number): number => wins[i]![j]!;
  if (players < 2 || !allReached(won, players) || !allReached((i, j) => won(j, i), players)) return null;

  const games = wins.map((row, i) => row.map((count, j) => count + won(j, i)));
  const gammas = likeliest(wins, games);
  const inverse = inverseInformation(gammas, games);
  const surpluses = surplusesOf(
    encounters,
    gammas,
    clusters ?? Array.from(columns[0]!, (_, sample) => sample),
  );
  const groups = surpluses.length;
  return gammas.map((gamma, i) => {
    // The i-th element of J⁺ u, cluster by cluster: its squares add up to that of the sandwich.
    const squares = surpluses
      .map((surplus) => surplus.reduce((sum, value, j) => sum + value * inverse[i]![j]!, 0) ** 2)
      .reduce((sum, value) => sum + value, 0);
    const standardError = Math.sqrt((groups / (groups - 1)) * squares);
    const { estimate: strength, ...tested } = tTest(Math.log(gamma), standardError, groups - 1, confidence);
    return { strength, standardError: tested.standardError, interval: tested.interval };
  });
}
