import { z } from 'zod';
import { AppError, didYouMean } from '#libs/common';

/** Makes the scores of one sample's epochs into one number. */
export interface Reducer {
  /** Fewest epochs with which the reducer can give a number. */
  minEpochs: number;
  /**
   * @param scores of the epochs that were scored, each in [0, 1]
   * @returns a number in [0, 1], or null when fewer than `minEpochs` were scored
   */
  reduce(scores: readonly number[]): number | null;
}

/** An epoch passes with the full score. */
const passes = (scores: readonly number[]): number => scores.filter((score) => score >= 1).length;

const mean = (scores: readonly number[]): number =>
  scores.reduce((sum, score) => sum + score, 0) / scores.length;

/** The most frequent score; the lowest of several, so that a tie is never in the agent's favour. */
function mode(scores: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const score of scores) counts.set(score, (counts.get(score) ?? 0) + 1);
  const [[first] = [0]] = [...counts].sort(([a, na], [b, nb]) => nb - na || a - b);
  return first;
}

/**
 * Probability that at least one of k epochs drawn without replacement passes: 1 − C(n−c, k) / C(n, k).
 * Unbiased; the product form of Chen et al. 2021, "Evaluating Large Language Models Trained on Code", section 2.1.
 */
function passAt(scores: readonly number[], k: number): number {
  const n = scores.length;
  const failed = n - passes(scores);
  let allFail = 1;
  for (let i = 0; i < k; i++) allFail *= Math.max(failed - i, 0) / (n - i);
  return 1 - allFail;
}

/** `pass_k` is the pass^k of Yao et al. 2024, "τ-bench", with k = all epochs: whether every one passes. */
const plain: Record<string, (scores: readonly number[]) => number> = {
  mean,
  mode,
  max: (scores) => scores.reduce((best, score) => Math.max(best, score), 0),
  pass_k: (scores) => (passes(scores) === scores.length ? 1 : 0),
};

const counted: Record<string, (scores: readonly number[], k: number) => number> = {
  at_least: (scores, k) => (passes(scores) >= k ? 1 : 0),
  pass_at: passAt,
};

const FORMS = [...Object.keys(plain), ...Object.keys(counted).map((name) => `${name}(k)`)];

/** A reducer by its written form: mean, mode, max, pass_k, at_least(k) or pass_at(k); null for anything else. */
function findReducer(form: string): Reducer | null {
  const [, name = '', digits] = /^([a-z_]+)(?:\(([1-9]\d{0,3})\))?$/.exec(form) ?? [];
  const minEpochs = Number(digits ?? 1);
  const family = digits === undefined ? plain : counted;
  const formula = Object.hasOwn(family, name) ? family[name] : undefined;
  if (!formula) return null;
  return { minEpochs, reduce: (scores) => (scores.length < minEpochs ? null : formula(scores, minEpochs)) };
}

const unknownReducer = (form: string): string =>
  `"${form}" is no reducer. Known: ${FORMS.join(', ')}, with k from 1 to 9999. ${didYouMean(form, FORMS)}`;

/** @throws AppError `unknown_reducer` naming the known forms. */
export function parseReducer(form: string): Reducer {
  const reducer = findReducer(form);
  if (!reducer) throw AppError.invalid('unknown_reducer', unknownReducer(form));
  return reducer;
}

/** Schema of a reducer's written form, such as "mean" or "pass_at(3)". */
export const reducerSchema = z.string().superRefine((form, context) => {
  if (!findReducer(form)) context.addIssue({ code: 'custom', message: unknownReducer(form) });
});
