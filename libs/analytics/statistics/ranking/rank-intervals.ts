import { holm } from '../comparison/adjust-p-values.js';

/** A comparison of the entries at two places. */
export interface PairTest {
  a: number;
  b: number;
  /** a − b, where more is better. */
  delta: number;
  /** Not adjusted; null where no test could be made. */
  pValue: number | null;
}

export interface Rank {
  /** 1 + the number of entries with a higher score: equal scores share a rank. */
  rank: number;
  /** The ranks that the data leave open. */
  best: number;
  worst: number;
}

/**
 * Ranks with simultaneous intervals: an entry's true rank is from 1 + those significantly better to count − those
 * significantly worse, by pairwise tests adjusted together by Holm. Mogstad, Romano, Shaikh & Wilhelm 2024, "Inference for
 * Ranks with Applications to Mobility across Neighbourhoods and Academic Achievement across Countries", Rev. Econ. Stud.
 * 91(1), section 3. All intervals hold together with the confidence. A pair without a test leaves both ranks open.
 * @param scores of each entry, where more is better
 */
export function rankIntervals(
  scores: readonly number[],
  pairs: readonly PairTest[],
  confidence = 0.95,
): Rank[] {
  const better = new Array<number>(scores.length).fill(0);
  const worse = new Array<number>(scores.length).fill(0);
  const adjusted = holm(pairs.map(({ pValue }) => pValue));
  pairs.forEach(({ a, b, delta }, i) => {
    const pValue = adjusted[i] ?? null;
    if (pValue === null || pValue >= 1 - confidence || delta === 0) return;
    const [winner, loser] = delta > 0 ? [a, b] : [b, a];
    better[loser] = (better[loser] as number) + 1;
    worse[winner] = (worse[winner] as number) + 1;
  });
  return scores.map((score, i) => ({
    rank: 1 + scores.filter((other) => other > score).length,
    best: 1 + (better[i] as number),
    worst: scores.length - (worse[i] as number),
  }));
}
