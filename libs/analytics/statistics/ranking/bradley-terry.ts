import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { upperLevel, type Interval } from '../interval.js';
import { invert } from './invert.js';

/** What came out between the players at two places. */
export interface Encounter {
  a: number;
  b: number;
  winsOfA: number;
  winsOfB: number;
  /** Half a win for each. */
  ties: number;
}

export interface Strength {
  /** Natural logarithm of the strength; the mean over all players is 0. */
  strength: number;
  standardError: number;
  interval: Interval;
}

const MOST_ROUNDS = 100_000;
const PRECISION = 1e-12;

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

/**
 * Bradley–Terry strengths by the MM algorithm of Hunter 2004, "MM Algorithms for Generalized Bradley–Terry Models", Ann.
 * Statist. 32(1): P(a beats b) = e^a / (e^a + e^b). A tie is half a win for each. Intervals are Wald's from the
 * Fisher information, under the constraint that the mean is 0; they take encounters for independent.
 * @param players their number, places counted from 0
 * @returns null when there is no finite maximum: players fall into two groups of which one never beat the other (Ford 1957),
 * so with an undefeated player too; and for fewer than two players
 */
export function bradleyTerry(
  players: number,
  encounters: readonly Encounter[],
  confidence = 0.95,
): Strength[] | null {
  const level = upperLevel(confidence);
  const square = (): number[][] => Array.from({ length: players }, () => new Array<number>(players).fill(0));
  const wins = square();
  for (const { a, b, winsOfA, winsOfB, ties } of encounters) {
    wins[a]![b]! += winsOfA + ties / 2;
    wins[b]![a]! += winsOfB + ties / 2;
  }
  const won = (i: number, j: number): number => wins[i]![j]!;
  if (players < 2 || !allReached(won, players) || !allReached((i, j) => won(j, i), players)) return null;

  const games = wins.map((row, i) => row.map((count, j) => count + won(j, i)));
  const total = wins.map((row) => row.reduce((sum, count) => sum + count, 0));
  let gammas = new Array<number>(players).fill(1);
  for (let round = 0, change = Infinity; round < MOST_ROUNDS && change > PRECISION; round++) {
    const next = gammas.map((gamma, i) => {
      const share = games[i]!.reduce((sum, count, j) => sum + count / (gamma + gammas[j]!), 0);
      return total[i]! / share;
    });
    const scale = Math.exp(next.reduce((sum, gamma) => sum + Math.log(gamma), 0) / players);
    change = Math.max(...next.map((gamma, i) => Math.abs(gamma / scale / gammas[i]! - 1)));
    gammas = next.map((gamma) => gamma / scale);
  }

  const information = square();
  games.forEach((row, i) =>
    row.forEach((count, j) => {
      const weight = (count * gammas[i]! * gammas[j]!) / (gammas[i]! + gammas[j]!) ** 2;
      if (i === j) return;
      information[i]![i]! += weight;
      information[i]![j]! -= weight;
    }),
  );
  // Its null space is the common shift, which the constraint removes: pinv(I) = inv(I + 1/m) − 1/m.
  const covariance = invert(information.map((row) => row.map((value) => value + 1 / players)));
  const z = normalQuantile(level, 0, 1);
  return gammas.map((gamma, i) => {
    const strength = Math.log(gamma);
    const standardError = Math.sqrt(covariance[i]![i]! - 1 / players);
    const half = z * standardError;
    return { strength, standardError, interval: { low: strength - half, high: strength + half } };
  });
}
