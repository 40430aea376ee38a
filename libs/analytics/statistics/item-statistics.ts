import { pearson } from './correlation.js';

export interface ItemStatistics {
  /** Respondents with a score for this item. */
  n: number;
  /** null for n = 0. */
  mean: number | null;
  /** Correlation of the item's score with the respondents' mean score on all other items; null where it is not defined. */
  discrimination: number | null;
  pValue: number | null;
  /**
   * `saturated`: all right, it tells nobody apart. `unsolved`: all wrong, too hard or broken. `reversed`: the better
   * respondents do worse (p < 0.05 for this item alone, so 2.5 % of sound items too): look at its target.
   */
  flag: 'saturated' | 'unsolved' | 'reversed' | null;
}

/**
 * What each item is worth. Discrimination is the corrected item–total correlation (point-biserial for right and wrong) of
 * Henrysson 1963, "Correction of Item–Total Correlations in Item Analysis", Psychometrika 28(2): the item is left out of the
 * score that it is compared with. Respondents are entries, or entries × epochs; with fewer than ten it is hardly more than
 * noise, and epochs of one entry are not independent.
 * @param scores for each item the score of each respondent in [0, 1]; null where there is none
 */
export function itemStatistics(scores: readonly (readonly (number | null)[])[]): ItemStatistics[] {
  const totals: { sum: number; items: number }[] = [];
  for (const item of scores) {
    item.forEach((score, respondent) => {
      const total = (totals[respondent] ??= { sum: 0, items: 0 });
      if (score === null) return;
      total.sum += score;
      total.items++;
    });
  }
  return scores.map((item) => {
    const given = item.flatMap((score, respondent) => (score === null ? [] : [{ score, respondent }]));
    if (given.length === 0) return { n: 0, mean: null, discrimination: null, pValue: null, flag: null };
    const mean = given.reduce((sum, { score }) => sum + score, 0) / given.length;
    const withRest = given.flatMap(({ score, respondent }) => {
      const { sum, items } = totals[respondent] as { sum: number; items: number };
      return items < 2 ? [] : [{ score, rest: (sum - score) / (items - 1) }];
    });
    const { r, pValue } = pearson(
      withRest.map(({ score }) => score),
      withRest.map(({ rest }) => rest),
    );
    const reversed = r !== null && r < 0 && pValue !== null && pValue < 0.05;
    const flag = mean === 1 ? 'saturated' : mean === 0 ? 'unsolved' : reversed ? 'reversed' : null;
    return { n: given.length, mean, discrimination: r, pValue, flag };
  });
}
