import { z } from 'zod';
import { extractionSchema } from './extraction/extraction-steps.js';
import type { LlmJudgeSpec } from './judging/llm-judge-spec.js';
import { scorerSchema, type ScorerSpec } from './scorers/bind-scorer.js';
import { specName } from './scorers/common-options.js';

/** How the outputs of a benchmark are judged: named extractions, and scorers that may each use one. */
export const scoringSpecSchema = z
  .strictObject({
    extractions: z.record(specName, extractionSchema).default({}),
    scorers: z.array(scorerSchema).min(1).max(16),
  })
  .superRefine(({ extractions, scorers }, context) => {
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
  });

export type ScoringSpec = z.output<typeof scoringSpecSchema>;

/** `name@version` of the agents that a spec has judge, each once. */
export const judgesOf = ({ scorers }: ScoringSpec): string[] => [
  ...new Set(
    scorers.flatMap((scorer) => (scorer as Partial<LlmJudgeSpec>).judges ?? []).map(({ agent }) => agent),
  ),
];

/** The key of a scorer's score in a result. */
export const scorerName = (spec: Pick<ScorerSpec, 'name' | 'type'>): string => spec.name ?? spec.type;
