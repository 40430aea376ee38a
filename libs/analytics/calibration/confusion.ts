import type { Count } from '../statistics/index.js';

/** What a judge made of answers that are known to be right or wrong. */
export interface Confusion {
  /** Right, and accepted. */
  truePositive: number;
  falsePositive: number;
  /** Wrong, and rejected. */
  trueNegative: number;
  falseNegative: number;
}

/** One answer: whether it is right, and whether the judge says so. */
export interface Judged {
  right: boolean;
  accepted: boolean;
}

export function confusionOf(answers: readonly Judged[]): Confusion {
  const count = (right: boolean, accepted: boolean): number =>
    answers.filter((answer) => answer.right === right && answer.accepted === accepted).length;
  return {
    truePositive: count(true, true),
    falsePositive: count(false, true),
    trueNegative: count(false, false),
    falseNegative: count(true, false),
  };
}

/** Of right answers those that are accepted. */
export const sensitivityOf = ({ truePositive, falseNegative }: Confusion): Count => ({
  successes: truePositive,
  n: truePositive + falseNegative,
});

/** Of wrong answers those that are rejected. */
export const specificityOf = ({ trueNegative, falsePositive }: Confusion): Count => ({
  successes: trueNegative,
  n: trueNegative + falsePositive,
});
