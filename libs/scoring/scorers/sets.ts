import { z } from 'zod';
import { graded, verdict, type Scorer } from '../score.js';
import { defineScorer, type ScorerDefinition, type Surroundings } from './define-scorer.js';
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
  const bindAll = (specs: readonly TypedSpec[], { name, sandboxes }: Surroundings): (Scorer & TypedSpec)[] =>
    specs.map((spec, place) => ({
      type: spec.type,
      ...inner.bind(spec, { name: `${name}.${place}`, sandboxes }),
    }));

  const not = defineScorer({
    type: 'not',
    version: ({ scorer }) => versionOf([scorer]),
    options: { scorer: inner.schema },
    judges: ({ scorer }) => inner.judges(scorer),
    bind({ scorer }, surroundings) {
      const { score, targetProblem } = inner.bind(scorer, surroundings);
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
      judges: (options) => options.scorers.flatMap(inner.judges),
      bind(options, surroundings) {
        const bound = bindAll(options.scorers, surroundings);
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
    judges: (options) => options.scorers.flatMap(({ scorer }) => inner.judges(scorer)),
    bind(options, surroundings) {
      const weights = options.scorers.map(({ weight }) => weight);
      const bound = bindAll(
        options.scorers.map(({ scorer }) => scorer),
        surroundings,
      );
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return {
        async score(input, signal) {
          let sum = 0;
          const parts: string[] = [];
          for (const [place, { type, score }] of bound.entries()) {
            const { value } = await score(input, signal);
            sum += weights[place]! * value;
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
