import { graded, quoted, type Score } from '../../score.js';

/** The score against the target that is nearest to the output. */
export function bestTarget(
  output: string,
  targets: readonly string[],
  measure: (target: string) => number,
  what: string,
): Score {
  let best = { value: -1, target: '' };
  for (const target of targets) {
    const value = measure(target);
    if (value > best.value) best = { value, target };
  }
  return graded(best.value, output, `${what} against ${quoted([best.target])} is ${best.value.toFixed(4)}.`);
}
