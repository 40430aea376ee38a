import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { Unscorable } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { bestTarget } from './best-target.js';

/** Highest product of two lengths, in characters: some tenths of a second. */
const MAX_COMPARED = 1e9;

/** 1 - edits / length of the longer text, in code points and Unicode NFC; whitespace around both is dropped. */
export const levenshtein = defineScorer({
  type: 'levenshtein',
  version: 1,
  options: { ignore_case: z.boolean().default(false) },
  bind({ ignore_case }) {
    const normalize = (text: string): string => {
      const result = text.normalize('NFC').trim();
      return ignore_case ? result.toLowerCase() : result;
    };
    return {
      score({ output, targets }) {
        const given = normalize(output);
        return bestTarget(output, targets, (target) => similarity(given, normalize(target)), 'Similarity');
      },
      targetProblem: (target) => (normalize(target) === '' ? 'the target is empty' : null),
    };
  },
});

function similarity(left: string, right: string): number {
  if (left === right) return 1;
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
  return 1 - distance(a, b) / Math.max(a.length, b.length);
}
