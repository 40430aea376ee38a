import type { ScoringInput } from './score.js';
import { bindScorer, scorerName } from './scorers/bind-scorer.js';
import type { ScoringSpec } from './scoring-spec.js';

/** Why the scorers of a spec could not judge a sample, one sentence each; empty when they can. */
export type TargetProblems = (sample: Pick<ScoringInput, 'targets' | 'choices' | 'metadata'>) => string[];

/** For use at import: compiles what a spec holds once, for all the samples to come. */
export function compileTargetProblems(spec: ScoringSpec): TargetProblems {
  const scorers = spec.scorers.map((scorer) => ({ name: scorerName(scorer), ...bindScorer(scorer) }));
  return ({ targets, choices, metadata }) => {
    if (targets.length === 0) return ['There is no target. Give at least one accepted answer.'];
    const problems = new Set<string>();
    for (const { name, targetProblem } of scorers) {
      for (const target of targets) {
        const problem = targetProblem(target, choices, metadata);
        if (problem !== null) problems.add(`The scorer "${name}" cannot judge this sample: ${problem}.`);
      }
    }
    return [...problems];
  };
}
