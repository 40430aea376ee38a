import { z } from 'zod';
import { quoted, verdict } from '../score.js';
import { defineScorer } from './define-scorer.js';

/** 1 when the output contains one of the targets, anywhere. */
export const includes = defineScorer({
  type: 'includes',
  version: 1,
  options: {
    ignore_case: z.boolean().default(true),
  },
  bind({ ignore_case }) {
    const normalize = (text: string): string =>
      ignore_case ? text.normalize('NFC').toLowerCase() : text.normalize('NFC');
    return {
      score({ output, targets }) {
        const text = normalize(output);
        const found = targets.find((target) => target !== '' && text.includes(normalize(target)));
        return found === undefined
          ? verdict(false, null, `The output does not contain ${quoted(targets)}.`)
          : verdict(true, found, `The output contains ${quoted([found])}.`);
      },
      targetProblem: (target) =>
        target.trim() === '' ? 'the target is empty, and every output contains that' : null,
    };
  },
});
