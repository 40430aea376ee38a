import { z } from 'zod';
import { lastBoxed } from '../extraction/boxed.js';
import { parseNumber, takeNumber, type ParsedNumber } from '../extraction/number.js';
import { quoted, verdict } from '../score.js';
import { defineScorer } from './define-scorer.js';

/**
 * 1 when the number in the output equals a target. A final `\boxed{…}` is the answer where it holds a number.
 * Without tolerance numbers are equal as decimals at any length ("1.0" is "1"); with both, the wider one counts.
 */
export const numeric = defineScorer({
  type: 'numeric',
  version: 1,
  options: {
    tolerance: z.number().min(0).default(0).describe('Accepted distance to the target, in its own unit.'),
    relative_tolerance: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('Accepted distance as a fraction of the target.'),
    take: z.enum(['first', 'last']).default('last').describe('Which number of the output is the answer.'),
  },
  bind(options) {
    const equal = (answer: ParsedNumber, target: ParsedNumber): boolean => {
      if (answer.text === target.text) return true;
      const allowed = Math.max(options.tolerance, options.relative_tolerance * Math.abs(target.value));
      // 0.4 is within 0.1 of 0.3, although 0.4 - 0.3 is a little more than 0.1 in doubles.
      const rounding = 4 * Number.EPSILON * Math.max(Math.abs(answer.value), Math.abs(target.value));
      return allowed > 0 && Math.abs(answer.value - target.value) <= allowed + rounding;
    };
    return {
      score({ output, targets }) {
        const answer = takeNumber(lastBoxed(output) ?? '', options.take) ?? takeNumber(output, options.take);
        if (!answer) return verdict(false, null, 'The output has no number.');
        const correct = targets.some((target) => {
          const wanted = parseNumber(target);
          return wanted !== null && equal(answer, wanted);
        });
        return verdict(
          correct,
          answer.text,
          `${shown(answer)} is ${correct ? '' : 'not '}${quoted(targets)}.`,
        );
      },
      targetProblem: (target) =>
        parseNumber(target) ? null : `the target "${target}" is not a number; write it bare, such as 1234.5`,
    };
  },
});

const shown = ({ text }: ParsedNumber): string =>
  text.length > 40 ? `A number of ${text.length} characters` : text;
