import { z } from 'zod';
import { graded, Unscorable, type TrialFacts } from '../../score.js';
import { defineScorer, type ScorerDefinition } from '../define-scorer.js';
import { noTargetProblem } from '../no-target.js';

/** Judges a figure of the trial: 1 up to `max`, or falling from 1 at `best` to 0 at `worst`. */
const figureScorer = <Kind extends string>(
  type: string,
  unit: string,
  kinds: readonly [Kind, ...Kind[]],
  read: (trial: TrialFacts, kind: Kind) => number | null,
): ScorerDefinition =>
  defineScorer({
    type,
    version: 1,
    options: {
      of: z.enum(kinds).default(kinds[0] as never),
      max: z.number().min(0).optional().describe(`1 up to this figure, in ${unit}, and 0 above.`),
      best: z.number().min(0).optional().describe(`1 up to this figure, in ${unit}.`),
      worst: z
        .number()
        .min(0)
        .optional()
        .describe(`0 from this figure on, in ${unit}; between, a straight line.`),
    },
    problem: ({ max, best, worst }) => {
      const bounded = best !== undefined && worst !== undefined && best < worst;
      const fits = max === undefined ? bounded : best === undefined && worst === undefined;
      return fits ? null : 'Give either max, or best and a greater worst.';
    },
    bind: ({ of, max, best = 0, worst = 1 }) => ({
      score({ trial }) {
        const figure = read(trial, of);
        if (figure === null)
          throw new Unscorable(`${type}_unknown`, `The ${type} (${of}) of this trial is not known.`);
        const value = max === undefined ? (worst - figure) / (worst - best) : Number(figure <= max);
        const shown = `${figure} ${unit}`;
        return graded(Math.max(0, value), shown, `It took ${shown}.`);
      },
      targetProblem: noTargetProblem,
    }),
  });

/** How long the last call took. */
export const latency = figureScorer('latency', 'milliseconds', ['total', 'first_token'], (trial, of) =>
  of === 'total' ? trial.latencyMs : trial.ttftMs,
);

export const cost = figureScorer('cost', 'US dollars', ['total'], ({ costUsd }) => costUsd);

export const tokens = figureScorer('tokens', 'tokens', ['total', 'input', 'output'], (trial, of) => {
  const { inputTokens, outputTokens } = trial;
  if (of !== 'total') return of === 'input' ? inputTokens : outputTokens;
  return inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens;
});
