import { z } from 'zod';
import { quoted, verdict } from '../score.js';
import { compileRegex, regexPattern, withoutMatches } from '../user-regex.js';
import { defineScorer } from './define-scorer.js';

/** 1 when the output, trimmed and in Unicode NFC, is one of the targets. */
export const exact = defineScorer({
  type: 'exact',
  version: 1,
  options: {
    ignore_case: z.boolean().default(false),
    ignore_punctuation: z
      .boolean()
      .default(false)
      .describe('Drops punctuation, but never the point, sign or separator before a digit: 1.5 is not 15.'),
    ignore_whitespace: z
      .boolean()
      .default(false)
      .describe('Drops all whitespace. Around the answer it never counts.'),
    regexes_to_ignore: z
      .array(regexPattern)
      .min(1)
      .max(16)
      .optional()
      .describe(
        'What these match is dropped, of output and targets, one pattern after the other, before all else.',
      ),
  },
  bind(options) {
    const ignored = options.regexes_to_ignore?.map((pattern) => compileRegex(pattern)) ?? [];
    const normalize = (text: string): string => {
      let result = text.normalize('NFC');
      for (const regex of ignored) result = withoutMatches(regex, result);
      if (options.ignore_case) result = result.toLowerCase();
      if (options.ignore_punctuation) result = result.replace(/(?![-−.,:/]\d)\p{P}/gu, '');
      return options.ignore_whitespace ? result.replace(/\s+/g, '') : result.trim();
    };
    return {
      score({ output, targets }) {
        const answer = normalize(output);
        const correct = targets.some((target) => normalize(target) === answer);
        return verdict(correct, answer, correct ? 'It is the target.' : `It is not ${quoted(targets)}.`);
      },
      targetProblem: (target) =>
        normalize(target) === ''
          ? `the target "${target}" is empty once normalized, so nothing could equal it`
          : null,
    };
  },
});
