import { z } from 'zod';
import { quoted, verdict, type Scorer } from '../score.js';
import { commonOptions } from './common-options.js';

export const includesVersion = 1;

export const includesSpec = z.strictObject({
  type: z.literal('includes'),
  ...commonOptions,
  ignore_case: z.boolean().default(true),
});

/** 1 when the output contains one of the targets, anywhere. */
export function includes({ ignore_case }: z.output<typeof includesSpec>): Scorer {
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
}
