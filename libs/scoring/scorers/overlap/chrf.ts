import { z } from 'zod';
import { defineScorer } from '../define-scorer.js';
import { bestTarget } from './best-target.js';
import { ngrams, overlap, words, type Counts } from './tokens.js';

/** chrF as sacrebleu's `CHRF`; `word_order` 2 is chrF++ (Popović 2015, 2017). Whitespace does not count. */
export const chrf = defineScorer({
  type: 'chrf',
  version: 1,
  options: {
    char_order: z.int().min(1).max(10).default(6).describe('Longest run of characters.'),
    word_order: z.int().min(0).max(4).default(0).describe('Longest run of words; 2 gives chrF++.'),
    beta: z.number().positive().max(10).default(2).describe('How much more recall counts than precision.'),
  },
  bind: ({ char_order, word_order, beta }) => {
    const countsOf = (text: string): Counts[] => {
      const parts = words(text);
      const characters = Array.from(parts.join(''));
      const tokens = parts.flatMap(splitPunctuation);
      return [
        ...Array.from({ length: char_order }, (_, index) => ngrams(characters, index + 1, '')),
        ...Array.from({ length: word_order }, (_, index) => ngrams(tokens, index + 1)),
      ];
    };
    return {
      score({ output, targets }) {
        const given = countsOf(output);
        return bestTarget(output, targets, (target) => fScore(given, countsOf(target), beta ** 2), 'chrF');
      },
      targetProblem: (target) => (target.trim() === '' ? 'the target is empty' : null),
    };
  },
});

function fScore(given: readonly Counts[], wanted: readonly Counts[], factor: number): number {
  let precision = 0;
  let recall = 0;
  let orders = 0;
  given.forEach((counts, index) => {
    const others = wanted[index]!;
    if (counts.size === 0 || others.size === 0) return;
    const common = overlap(counts, others);
    precision += common / sum(counts);
    recall += common / sum(others);
    orders += 1;
  });
  if (precision === 0) return 0;
  precision /= orders;
  recall /= orders;
  return ((1 + factor) * precision * recall) / (factor * precision + recall);
}

const sum = (counts: Counts): number => [...counts.values()].reduce((total, count) => total + count, 0);

const PUNCTUATION = /^[!-/:-@[-`{-~]$/;

function splitPunctuation(word: string): string[] {
  const first = Array.from(word.slice(0, 2))[0]!;
  if (word.length === first.length) return [word];
  if (PUNCTUATION.test(word.slice(-1))) return [word.slice(0, -1), word.slice(-1)];
  return PUNCTUATION.test(first) ? [first, word.slice(1)] : [word];
}
