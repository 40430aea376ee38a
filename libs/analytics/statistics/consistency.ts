export interface Consistency {
  /** Samples with at least two epochs: the others say nothing. */
  samples: number;
  /** Share of samples whose epochs all gave the same; null for none. */
  unanimous: number | null;
  /** Mean over samples of the share of pairs of epochs that agree; null for none. */
  pairwiseAgreement: number | null;
}

/**
 * How far the epochs of a sample agree. A sample's pairwise agreement is Σ c(c − 1) / (k(k − 1)) over the counts c of each
 * distinct answer among k epochs: P_i of Fleiss 1971, "Measuring Nominal Scale Agreement Among Many Raters". An answer that
 * is wrong each time counts as consistent: consistency is not accuracy.
 * @param answers of each sample, one for each epoch: answers, or scores
 */
export function consistency(answers: readonly (readonly (string | number)[])[]): Consistency {
  const repeated = answers.filter((epochs) => epochs.length > 1);
  const samples = repeated.length;
  if (samples === 0) return { samples, unanimous: null, pairwiseAgreement: null };
  let unanimous = 0;
  let agreement = 0;
  for (const epochs of repeated) {
    const counts = new Map<string | number, number>();
    for (const answer of epochs) counts.set(answer, (counts.get(answer) ?? 0) + 1);
    if (counts.size === 1) unanimous++;
    let pairs = 0;
    for (const count of counts.values()) pairs += count * (count - 1);
    agreement += pairs / (epochs.length * (epochs.length - 1));
  }
  return { samples, unanimous: unanimous / samples, pairwiseAgreement: agreement / samples };
}
