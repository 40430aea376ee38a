import {
  cohensKappa,
  correctedShare,
  wilsonInterval,
  type Count,
  type Interval,
  type Kappa,
} from '../statistics/index.js';
import { confusionOf, sensitivityOf, specificityOf, type Confusion, type Judged } from './confusion.js';
import { agreementOf, type RatedTrial, type RaterAgreement, type Thresholds } from './rater-agreement.js';

/** A trial that people have labelled. */
export interface LabelledTrial extends RatedTrial {
  entryId: string;
}

/** An entry's samples that the judge has a value for. */
export interface JudgedEntry {
  entryId: string;
  agent: string;
  samples: number;
  /** Of those, how many are accepted; of a sample with several epochs, the share that is. */
  accepted: number;
}

export interface Share extends Count {
  /** successes / n; null for n = 0. */
  value: number | null;
  /** Wilson's. */
  interval: Interval | null;
}

export interface CalibratedEntry {
  entryId: string;
  agent: string;
  confusion: Confusion;
  /** What the judge accepts, as it says. */
  judged: Share;
  /** What is right, by Rogan and Gladen; null where that cannot be told. */
  corrected: { share: number; interval: Interval } | null;
}

export interface Calibration {
  /** Labelled trials that the judge has a value for, and of which people are not divided. */
  n: number;
  /** Labelled trials that the judge has no value for. */
  unjudged: number;
  /** Labelled trials of which as many people say right as say wrong. */
  divided: number;
  confusion: Confusion;
  sensitivity: Share;
  specificity: Share;
  /** Of the judge with what most people say. */
  kappa: Kappa | null;
  agreement: RaterAgreement;
  entries: CalibratedEntry[];
  /** Why no score can be corrected; null where they can. */
  uncorrectable: string | null;
}

/**
 * Holds a judge against people: how far they agree, how often it accepts what is right and rejects what is wrong, and what the
 * entries' scores would be without its errors. An answer is right when more of its raters say so than not.
 * @param seed of the resampling behind the intervals of the alphas
 */
export function calibrate(
  trials: readonly LabelledTrial[],
  entries: readonly JudgedEntry[],
  thresholds: Thresholds,
  seed: string,
): Calibration {
  let unjudged = 0;
  let divided = 0;
  const answers = trials.flatMap(({ entryId, ratings, judge }): (Judged & { entryId: string })[] => {
    if (judge === null) unjudged++;
    const votes = [...ratings.values()].map((value): number => (value >= thresholds.label ? 1 : -1));
    const balance = votes.reduce((sum, vote) => sum + vote, 0);
    if (balance === 0) divided++;
    if (judge === null || balance === 0) return [];
    return [{ entryId, right: balance > 0, accepted: judge >= thresholds.judge }];
  });
  const confusion = confusionOf(answers);
  const sensitivity = sensitivityOf(confusion);
  const specificity = specificityOf(confusion);
  return {
    n: answers.length,
    unjudged,
    divided,
    confusion,
    sensitivity: shareOf(sensitivity),
    specificity: shareOf(specificity),
    kappa: cohensKappa(
      answers.map(({ accepted }) => Number(accepted)),
      answers.map(({ right }) => Number(right)),
    ),
    agreement: agreementOf(trials, thresholds, seed),
    entries: entries.map(({ entryId, agent, samples, accepted }) => {
      const count = { successes: accepted, n: samples };
      return {
        entryId,
        agent,
        confusion: confusionOf(answers.filter((answer) => answer.entryId === entryId)),
        judged: shareOf(count),
        corrected: correctedShare(count, sensitivity, specificity),
      };
    }),
    uncorrectable: whyUncorrectable(sensitivity, specificity),
  };
}

const shareOf = ({ successes, n }: Count): Share => ({
  ...{ successes, n, value: n === 0 ? null : successes / n, interval: wilsonInterval(successes, n) },
});

function whyUncorrectable(sensitivity: Count, specificity: Count): string | null {
  const cannot = 'The scores cannot be corrected:';
  if (sensitivity.n === 0 && specificity.n === 0)
    return `${cannot} no trial has both a value of the judge and a label that says right or wrong.`;
  if (sensitivity.n === 0)
    return `${cannot} no labelled answer is right, so how often the judge accepts right ones is not known. Label some that are.`;
  if (specificity.n === 0)
    return `${cannot} no labelled answer is wrong, so how often the judge rejects wrong ones is not known. Label some that are.`;
  const [accepts, rejects] = [sensitivity.successes / sensitivity.n, specificity.successes / specificity.n];
  if (accepts + rejects > 1) return null;
  return (
    `${cannot} a sensitivity of ${accepts.toFixed(3)} and a specificity of ${rejects.toFixed(3)} are together not more than 1, ` +
    'so the judge tells right from wrong no better than chance.'
  );
}
