import { quoted, shorten, verdict } from '../score.js';
import {
  compileRegex,
  firstMatch,
  patternProblem,
  regexFlags,
  regexPattern,
  type UserRegex,
} from '../user-regex.js';
import { defineScorer } from './define-scorer.js';

/** More targets than any shard has, so that a pattern is compiled once for all its epochs. */
const MAX_CACHED = 1000;

/** 1 when the pattern, or any target as a pattern, matches somewhere in the output. */
export const regex = defineScorer({
  type: 'regex',
  version: 1,
  options: {
    pattern: regexPattern
      .optional()
      .describe('Judges every output by this pattern; without it, the target is the pattern.'),
    flags: regexFlags,
  },
  bind({ pattern, flags }) {
    const fixed = pattern === undefined ? undefined : compileRegex(pattern, flags);
    const cache = new Map<string, UserRegex | null>();
    const compiled = (target: string): UserRegex | null => {
      let known = cache.get(target);
      if (known === undefined) {
        known = patternProblem(target) === null ? compileRegex(target, flags) : null;
        if (cache.size >= MAX_CACHED) cache.clear();
        cache.set(target, known);
      }
      return known;
    };

    return {
      score({ output, targets }) {
        for (const candidate of fixed ? [fixed] : targets.map(compiled)) {
          const found = candidate && firstMatch(candidate, output);
          if (candidate && found !== null) {
            return verdict(true, found, `${quoted([found])} matches /${shorten(candidate.pattern())}/.`);
          }
        }
        const patterns = pattern === undefined ? targets : [pattern];
        return verdict(false, null, `The output does not match ${quoted(patterns)}.`);
      },
      targetProblem: (target) => (fixed ? null : patternProblem(target)),
    };
  },
});
