import { quoted, verdict } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { squadWords } from './squad-words.js';

/** 1 when output and a target, normalized as for F1, hold one another, as `FuzzyMatch` of OpenAI Evals has it. */
export const fuzzyMatch = defineScorer({
  type: 'fuzzy_match',
  version: 1,
  options: {},
  bind: () => ({
    score({ output, targets }) {
      const given = normalize(output);
      const found = targets.find((target) => {
        const wanted = normalize(target);
        return given !== '' && wanted !== '' && (given.includes(wanted) || wanted.includes(given));
      });
      return found === undefined
        ? verdict(false, output, `Neither holds the other: the output, and ${quoted(targets)}.`)
        : verdict(true, output, `The output and ${quoted([found])} match, loosely.`);
    },
    targetProblem: (target) =>
      normalize(target) === ''
        ? `the target "${target}" has no words besides articles and punctuation`
        : null,
  }),
});

const normalize = (text: string): string => squadWords(text).join(' ');
