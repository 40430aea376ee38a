import { defineScorer } from '../define-scorer.js';
import { bestTarget } from './best-target.js';
import { squadWords } from './squad-words.js';
import { harmonic, ngrams, overlap } from './tokens.js';

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
