import { defineScorer } from '../define-scorer.js';
import { bestTarget } from './best-target.js';
import { harmonic, ngrams, overlap, words } from './tokens.js';

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLE = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** F1 over words, as `evaluate-v1.1.py` of SQuAD: lower case, without ASCII punctuation and English articles. */
export const f1 = defineScorer({
  type: 'f1',
  version: 1,
  options: {},
  bind: () => ({
    score: ({ output, targets }) => {
      const given = squadWords(output);
      const counts = ngrams(given, 1);
      const measure = (target: string): number => {
        const wanted = squadWords(target);
        return harmonic(overlap(counts, ngrams(wanted, 1)), given.length, wanted.length);
      };
      return bestTarget(output, targets, measure, 'F1');
    },
    targetProblem: (target) =>
      squadWords(target).length === 0
        ? `the target "${target}" has no words besides articles and punctuation`
        : null,
  }),
});

const squadWords = (text: string): string[] =>
  words(text.normalize('NFC').toLowerCase().replace(PUNCTUATION, '').replace(ARTICLE, ' '));
