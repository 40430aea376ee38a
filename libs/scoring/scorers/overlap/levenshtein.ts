import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { Unscorable, verdict, type Score } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { bestTarget } from './best-target.js';

/** Highest product of two lengths, in characters: some tenths of a second. */
const MAX_COMPARED = 1e9;

/**
 * 1 - edits / length of the longer text, in code points and Unicode NFC; whitespace around both is dropped. With
 * `max_edits`, 1 where there are no more of them, else 0.
 */
export const levenshtein = defineScorer({
  type: 'levenshtein',
  version: 1,
  options: {
    ignore_case: z.boolean().default(false),
    max_edits: z
      .int()
      .min(0)
      .optional()
      .describe('1 up to so many edits, else 0; without it, the similarity.'),
  },
  bind({ ignore_case, max_edits }) {
    const normalize = (text: string): string => {
      const result = text.normalize('NFC').trim();
      return ignore_case ? result.toLowerCase() : result;
    };
    return {
      score({ output, targets }): Score {
        const given = normalize(output);
        if (max_edits === undefined) {
          return bestTarget(output, targets, (target) => similarity(given, normalize(target)), 'Similarity');
        }
        const fewest = Math.min(...targets.map((target) => edits(given, normalize(target)).count));
        return verdict(fewest <= max_edits, output, `It takes ${fewest} edits to the nearest target.`);
      },
      targetProblem: (target) => (normalize(target) === '' ? 'the target is empty' : null),
    };
  },
});

function similarity(left: string, right: string): number {
  const { count, longer } = edits(left, right);
  return count === 0 ? 1 : 1 - count / longer;
}

/** How many edits make one text the other, and the length of the longer, in code points. */
function edits(left: string, right: string): { count: number; longer: number } {
  if (left === right) return { count: 0, longer: left.length };
  if (left.length * right.length > MAX_COMPARED) {
    throw new Unscorable('too_long_to_compare', 'Output and target are too long for levenshtein to compare.');
  }
  // The library compares UTF-16 units, so that each code point gets a unit of its own.
  const units = new Map<string, string>();
  const encode = (text: string): string =>
    Array.from(text, (point) => {
      const unit = units.get(point) ?? String.fromCharCode(units.size);
      units.set(point, unit);
      return unit;
    }).join('');
  const [a, b] = [encode(left), encode(right)];
  return { count: distance(a, b), longer: Math.max(a.length, b.length) };
}
