import { z } from 'zod';
import { quoted, verdict } from '../score.js';
import { defineScorer, type ScorerDefinition } from './define-scorer.js';

/** Judges an output by phrases: those of its options, or else the targets. */
const phraseScorer = (
  type: string,
  found: (text: string, phrase: string) => boolean,
  needed: 'any' | 'all',
  ignoreCase: boolean,
): ScorerDefinition =>
  defineScorer({
    type,
    version: 1,
    options: {
      values: z
        .array(z.string().max(1000).regex(/\S/, 'Every output has blanks.'))
        .min(1)
        .max(100)
        .optional()
        .describe('What to look for; without it, the targets.'),
      ignore_case: z.boolean().default(ignoreCase),
    },
    bind({ values, ignore_case }) {
      const normalize = (text: string): string => {
        const composed = text.normalize('NFC');
        return ignore_case ? composed.toLowerCase() : composed;
      };
      return {
        score({ output, targets }) {
          const phrases = values ?? targets;
          const text = normalize(output);
          const holds = (phrase: string): boolean => phrase !== '' && found(text, normalize(phrase));
          const present = phrases.filter(holds);
          const missing = phrases.filter((phrase) => !holds(phrase));
          const correct = needed === 'all' ? missing.length === 0 : present.length > 0;
          return verdict(
            correct,
            present[0] ?? null,
            correct ? `The output has ${quoted(present)}.` : `The output does not have ${quoted(missing)}.`,
          );
        },
        targetProblem: (target) =>
          !values && target.trim() === '' ? 'the target is empty, and every output has that' : null,
      };
    },
  });

/** 1 when the output contains at least one phrase. */
export const containsAny = phraseScorer('contains_any', (text, phrase) => text.includes(phrase), 'any', true);

/** 1 when the output contains every phrase. */
export const containsAll = phraseScorer('contains_all', (text, phrase) => text.includes(phrase), 'all', true);

/** 1 when the output, without leading blanks, begins with one of the phrases. */
export const startsWith = phraseScorer(
  'starts_with',
  (text, phrase) => text.trimStart().startsWith(phrase),
  'any',
  false,
);
