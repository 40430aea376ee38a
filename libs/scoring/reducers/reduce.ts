import type { ReducerSpec } from './reducer-spec.js';

/**
 * C(chosen, k) / C(n, k): the chance that k draws without replacement from n all fall among `chosen`; 0 for k > chosen.
 * @param n at least k
 */
export function allAmong(chosen: number, n: number, k: number): number {
  let chance = 1;
  for (let i = 0; i < k; i++) chance *= Math.max(0, chosen - i) / (n - i);
  return chance;
}

/**
 * What a sample counts as: one number in [0, 1]; with `collect` one for each epoch; none where no epoch has a score, and
 * where a reducer of k has fewer than k, since guessing the others would be a score by silence.
 *
 * pass_at is 1 − C(n − c, k) / C(n, k) of Chen et al. 2021, "Evaluating Large Language Models Trained on Code", pass_k
 * C(c, k) / C(n, k) of Yao et al. 2024, "τ-bench", for n scores of which c pass: both unbiased.
 * @param scores of the epochs that have one, each in [0, 1]
 * @param passValue from which on a score is a pass
 */
export function reduce(reducer: ReducerSpec, scores: readonly number[], passValue: number): number[] {
  const n = scores.length;
  if (n === 0) return [];
  if (typeof reducer !== 'string') {
    const { type, k } = reducer;
    if (n < k) return [];
    const passed = scores.filter((score) => score >= passValue).length;
    if (type === 'at_least') return [passed >= k ? 1 : 0];
    return [type === 'pass_at' ? 1 - allAmong(n - passed, n, k) : allAmong(passed, n, k)];
  }
  if (reducer === 'collect') return [...scores];
  if (reducer === 'mean') return [scores.reduce((sum, score) => sum + score, 0) / n];
  const sorted = [...scores].sort((a, b) => a - b);
  if (reducer === 'max') return [sorted[n - 1]!];
  if (reducer === 'median') return [(sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2];
  return [modeOf(sorted)];
}

/** The most common value; of several that are as common, the lowest. */
function modeOf(sorted: readonly number[]): number {
  let [mode, most, count] = [sorted[0]!, 0, 0];
  sorted.forEach((value, place) => {
    count = value === sorted[place - 1] ? count + 1 : 1;
    if (count > most) [mode, most] = [value, count];
  });
  return mode;
}
