import { z } from 'zod';
import { Unscorable } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { bestTarget } from './best-target.js';
import { commonSubsequence, MAX_COMPARED } from './common-subsequence.js';
import { harmonic, ngrams, overlap } from './tokens.js';

/** F-measure over runs of `n` words, as rouge-score's `rougeN` without stemmer (Lin 2004). */
export const rougeN = defineScorer({
  type: 'rouge_n',
  version: 1,
  options: { n: z.int().min(1).max(9).default(1).describe('Words in a run.') },
  bind: ({ n }) => ({
    score({ output, targets }) {
      const given = rougeWords(output);
      const counts = ngrams(given, n);
      const runs = ({ length }: string[]): number => Math.max(0, length - n + 1);
      const measure = (target: string): number => {
        const wanted = rougeWords(target);
        return harmonic(overlap(counts, ngrams(wanted, n)), runs(given), runs(wanted));
      };
      return bestTarget(output, targets, measure, `ROUGE-${n}`);
    },
    targetProblem: (target) =>
      rougeWords(target).length < n
        ? `the target "${target}" has fewer than ${n} words of a-z and 0-9`
        : null,
  }),
});

/** F-measure over the longest common subsequence of words, as rouge-score's `rougeL` without stemmer (Lin 2004). */
export const rougeL = defineScorer({
  type: 'rouge_l',
  version: 1,
  options: {},
  bind: () => ({
    score({ output, targets }) {
      const given = rougeWords(output);
      const measure = (target: string): number => {
        const wanted = rougeWords(target);
        if (given.length * wanted.length > MAX_COMPARED) {
          throw new Unscorable(
            'too_long_to_compare',
            'Output and target are too long for rouge_l to compare.',
          );
        }
        return harmonic(commonSubsequence(given, wanted), given.length, wanted.length);
      };
      return bestTarget(output, targets, measure, 'ROUGE-L');
    },
    targetProblem: (target) =>
      rougeWords(target).length === 0 ? `the target "${target}" has no words of a-z and 0-9` : null,
  }),
});

/** The reference's tokenizer knows ASCII only. */
const rougeWords = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
