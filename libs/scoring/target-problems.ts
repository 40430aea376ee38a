import type { ScoringInput } from './score.js';
import { bindScorer } from './scorers/bind-scorer.js';
import { scorerName, type ScoringSpec } from './scoring-spec.js';

/** Why the scorers of a spec could not judge a sample, one sentence each; empty when they can. For use at import. */
export function targetProblems(
  spec: ScoringSpec,
  { targets, choices }: Pick<ScoringInput, 'targets' | 'choices'>,
): string[] {
  if (targets.length === 0) return ['There is no target. Give at least one accepted answer.'];
  const problems = spec.scorers.flatMap((scorerSpec) => {
    const scorer = bindScorer(scorerSpec);
    return targets.flatMap((target) => {
      const problem = scorer.targetProblem(target, choices);
      return problem === null
        ? []
        : [`The scorer "${scorerName(scorerSpec)}" cannot judge this sample: ${problem}.`];
    });
  });
  return [...new Set(problems)];
}
