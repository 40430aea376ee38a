import { z } from 'zod';
import { graded, verdict, type Scorer } from '../score.js';
import { defineScorer, type ScorerDefinition } from './define-scorer.js';
import type { ScorerCatalogue, TypedSpec } from './scorer-catalogue.js';

/** Scorers made of the scorers of a catalogue. They ask them one after another, and no more than decide. */
export function setsOf(inner: ScorerCatalogue): ScorerDefinition[] {
  const scorers = z.array(inner.schema).min(1).max(16);
  const threshold = z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('From which value on a scorer counts as passed.');
  const versionOf = (specs: readonly TypedSpec[]): number =>
    specs.reduce((sum, spec) => sum + inner.version(spec), 1);

  const not = defineScorer({
    type: 'not',
    version: ({ scorer }) => versionOf([scorer]),
    options: { scorer: inner.schema },
    bind({ scorer }) {
      const { score, targetProblem } = inner.bind(scorer);
      return {
        async score(input, signal) {
          const { value, answer, explanation } = await score(input, signal);
          return graded(1 - value, answer, `Not: ${explanation}`);
        },
        targetProblem,
      };
    },
  });

  /** `any_of` ends with the first that passes, `all_of` with the first that does not. */
  const until = (type: 'all_of' | 'any_of'): ScorerDefinition =>
    defineScorer({
      type,
      version: (options) => versionOf(options.scorers),
      options: { scorers, threshold },
      bind(options) {
        const bound = options.scorers.map((spec) => ({ type: spec.type, ...inner.bind(spec) }));
        const decisive = type === 'any_of';
        return {
          async score(input, signal) {
            for (const { type: name, score } of bound) {
              const { value, answer, explanation } = await score(input, signal);
              if (value >= options.threshold === decisive)
                return verdict(decisive, answer, `${name}: ${explanation}`);
            }
            return verdict(!decisive, input.output, `${decisive ? 'No' : 'Every'} scorer passes.`);
          },
          targetProblem: firstProblem(bound),
        };
      },
    });

  const weighted = defineScorer({
    type: 'weighted',
    version: (options) => versionOf(options.scorers.map(({ scorer }) => scorer)),
    options: {
      scorers: z
        .array(z.strictObject({ weight: z.number().positive().max(1e6).default(1), scorer: inner.schema }))
        .min(1)
        .max(16),
      threshold: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe('1 from this weighted mean on, else 0; without it, the mean itself.'),
    },
    bind(options) {
      const bound = options.scorers.map(({ weight, scorer }) => ({
        weight,
        type: scorer.type,
        ...inner.bind(scorer),
      }));
      const total = bound.reduce((sum, { weight }) => sum + weight, 0);
      return {
        async score(input, signal) {
          let sum = 0;
          const parts: string[] = [];
          for (const { weight, type, score } of bound) {
            const { value } = await score(input, signal);
            sum += weight * value;
            parts.push(`${type} ${value.toFixed(4)}`);
          }
          const mean = Math.min(1, sum / total);
          const explanation = `The weighted mean is ${mean.toFixed(4)}: ${parts.join(', ')}.`;
          return options.threshold === undefined
            ? graded(mean, input.output, explanation)
            : verdict(mean >= options.threshold, input.output, explanation);
        },
        targetProblem: firstProblem(bound),
      };
    },
  });

  return [not, until('all_of'), until('any_of'), weighted];
}

const firstProblem =
  (bound: readonly Scorer[]): Scorer['targetProblem'] =>
  (...target) => {
    for (const { targetProblem } of bound) {
      const problem = targetProblem(...target);
      if (problem !== null) return problem;
    }
    return null;
  };
