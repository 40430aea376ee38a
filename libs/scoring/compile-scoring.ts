import { compileExtraction } from './extraction/extraction-steps.js';
import { verdict, type Score, type ScoringInput } from './score.js';
import { bindScorer, scorerName, scorerVersion } from './scorers/bind-scorer.js';
import type { CodeSandboxes } from './scorers/code.js';
import type { ScoringSpec } from './scoring-spec.js';

export interface TrialScore {
  /** Weighted mean of the scorers' values, in [0, 1]. */
  score: number;
  /** By the scorer's name. */
  scores: Record<string, Score>;
}

/**
 * Judges a trial.
 * @throws Unscorable; the signal's reason; what the input's `judging` throws.
 */
export type CompiledScoring = (input: ScoringInput, signal: AbortSignal) => Promise<TrialScore>;

/** Compiles all that a spec holds, patterns too, once for all the trials to come. */
export function compileScoring(spec: ScoringSpec, sandboxes?: CodeSandboxes): CompiledScoring {
  const extractions = new Map(
    Object.entries(spec.extractions).map(([name, steps]) => [name, compileExtraction(steps)]),
  );
  const scorers = spec.scorers.map((scorerSpec) => {
    const { extraction, weight } = scorerSpec;
    const { score } = bindScorer(scorerSpec, sandboxes);
    const extract = extraction === undefined ? undefined : extractions.get(extraction);
    const judge = (input: ScoringInput, signal: AbortSignal): Score | Promise<Score> => {
      if (!extract) return score(input, signal);
      const output = extract(input.output, input.choices);
      return output === null
        ? verdict(false, null, `The extraction "${extraction}" found no answer in the output.`)
        : score({ ...input, output }, signal);
    };
    return { name: scorerName(scorerSpec), weight, judge };
  });
  const totalWeight = scorers.reduce((sum, { weight }) => sum + weight, 0);

  return async (input, signal) => {
    const scores: Record<string, Score> = {};
    let weighted = 0;
    for (const { name, weight, judge } of scorers) {
      const score = await judge(input, signal);
      scores[name] = score;
      weighted += weight * score.value;
    }
    return { score: weighted / totalWeight, scores };
  };
}

/** Scorer name → version of its type, to be kept with the scores that it gives. */
export const scorerVersions = (spec: ScoringSpec): Record<string, number> =>
  Object.fromEntries(spec.scorers.map((scorer) => [scorerName(scorer), scorerVersion(scorer)]));
