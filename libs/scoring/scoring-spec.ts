import { z } from 'zod';
import { isStorable } from '#libs/common';
import { extractionSchema } from './extraction/extraction-steps.js';
import { reducerName, reducerSchema } from './reducers/reducer-spec.js';
import { CLUSTER_BY } from './reduction.js';
import { scorerJudges, scorerName, scorerSchema } from './scorers/bind-scorer.js';
import { specName } from './scorers/common-options.js';

/** How the outputs of a benchmark are judged: named extractions, and scorers that may each use one. */
export const scoringSpecSchema = z
  .strictObject({
    extractions: z.record(specName, extractionSchema).default({}),
    scorers: z.array(scorerSchema).min(1).max(16),
    // Without defaults, so that the hash of a benchmark that does not set them stays what it was.
    reducers: z
      .array(reducerSchema)
      .min(1)
      .max(16)
      .optional()
      .describe("What a sample's epochs come to. The first makes the score; unset: mean"),
    pass_value: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe('From which on a score is a pass, for at_least, pass_at and pass_k; unset: 1'),
    cluster_by: z
      .string()
      .regex(CLUSTER_BY, 'Name "category", or a field as "metadata.passage"')
      .refine(isStorable, 'holds a NUL character or half of a surrogate pair')
      .optional()
      .describe(
        'What like samples have in common: intervals allow for it. Without a value, a sample is like no other',
      ),
    pass_threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('The score that an agent has to reach: its whole 95 % interval from there on passes'),
  })
  .superRefine(({ extractions, scorers, reducers = [] }, context) => {
    const known = Object.keys(extractions);
    scorers.forEach(({ extraction }, index) => {
      if (extraction === undefined || known.includes(extraction)) return;
      const message = `Extraction "${extraction}" is not defined. Defined: ${known.join(', ') || 'none'}.`;
      context.addIssue({ code: 'custom', path: ['scorers', index, 'extraction'], message });
    });
    const names = scorers.map(scorerName);
    names.forEach((name, index) => {
      if (names.indexOf(name) === index) return;
      const message = `Two scorers are named "${name}". Give one of them another name.`;
      context.addIssue({ code: 'custom', path: ['scorers', index, 'name'], message });
    });
    const reduced = reducers.map(reducerName);
    reduced.forEach((name, index) => {
      if (reduced.indexOf(name) === index) return;
      context.addIssue({ code: 'custom', path: ['reducers', index], message: `${name} is listed twice.` });
    });
  });

export type ScoringSpec = z.output<typeof scoringSpecSchema>;

/** `name@version` of the agents that a spec has judge, each once. */
export const judgesOf = ({ scorers }: ScoringSpec): string[] => [...new Set(scorers.flatMap(scorerJudges))];
