import { compileExtraction } from './extraction/extraction-steps.js';
import { verdict, type Score, type ScoringInput } from './score.js';
import { bindScorer, SCORER_VERSIONS } from './scorers/bind-scorer.js';
import { scorerName, type ScoringSpec } from './scoring-spec.js';

export interface TrialScore {
  /** Weighted mean of the scorers' values, in [0, 1]. */
  score: number;
  /** By the scorer's name. */
  scores: Record<string, Score>;
}

/** Judges a trial; pure, and it does not throw whatever the output is. */
export type CompiledScoring = (input: ScoringInput) => TrialScore;

/** Compiles all that a spec holds, patterns too, once for all the trials to come. */
export function compileScoring(spec: ScoringSpec): CompiledScoring {
  const extractions = new Map(
    Object.entries(spec.extractions).map(([name, steps]) => [name, compileExtraction(steps)]),
  );
  const scorers = spec.scorers.map((scorerSpec) => {
    const { extraction, weight } = scorerSpec;
    const { score } = bindScorer(scorerSpec);
    const extract = extraction === undefined ? undefined : extractions.get(extraction);
    const judge = (input: ScoringInput): Score => {
      if (!extract) return score(input);
      const output = extract(input.output, input.choices);
      return output === null
        ? verdict(false, null, `The extraction "${extraction}" found no answer in the output.`)
        : score({ ...input, output });
    };
    return { name: scorerName(scorerSpec), weight, judge };
  });
  const totalWeight = scorers.reduce((sum, { weight }) => sum + weight, 0);

  return (input) => {
    const scores: Record<string, Score> = {};
    let weighted = 0;
    for (const { name, weight, judge } of scorers) {
      const score = judge(input);
      scores[name] = score;
      weighted += weight * score.value;
    }
    return { score: weighted / totalWeight, scores };
  };
}

/** Scorer name → version of its type, to be kept with the scores that it gives. */
export const scorerVersions = (spec: ScoringSpec): Record<string, number> =>
  Object.fromEntries(spec.scorers.map((scorer) => [scorerName(scorer), SCORER_VERSIONS[scorer.type]]));
