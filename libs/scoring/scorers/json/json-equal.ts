import { z } from 'zod';
import { graded, shorten, Unscorable, verdict, type Score } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { atPointer, jsonDifferences } from './json-differences.js';
import { jsonOptions, readJson } from './json-output.js';

/** 1 when the output is the JSON value that a target is; with `paths`, the share of them where both are alike. */
export const jsonEqual = defineScorer({
  type: 'json_equal',
  version: 1,
  options: {
    ...jsonOptions,
    of: z
      .literal('state')
      .optional()
      .describe('Compares the state that the tools of a conversation left, and not the output.'),
    paths: z
      .array(
        z
          .string()
          .max(200)
          .regex(/^(\/.*)?$/s, 'A JSON Pointer is empty or begins with "/".'),
      )
      .min(1)
      .max(64)
      .optional()
      .describe('JSON Pointers of what is compared; without them, the whole value.'),
    tolerance: z.number().min(0).default(0).describe('Accepted distance of numbers.'),
    ignore_extra: z
      .boolean()
      .default(false)
      .describe('Members that the target does not have are no difference.'),
  },
  bind({ of, allow_fence, paths = [''], tolerance, ignore_extra }) {
    const compare = (actual: unknown, expected: unknown, output: string): Score => {
      const differences = paths.map((path) => {
        const [wanted, given] = [atPointer(expected, path), atPointer(actual, path)];
        if (wanted.length !== given.length) return [`${path} is ${given.length ? 'extra' : 'missing'}`];
        return jsonDifferences(given[0], wanted[0], { tolerance, ignoreExtra: ignore_extra }, path);
      });
      const alike = differences.filter(({ length }) => length === 0).length;
      const all = differences.flat();
      const more = all.length > 5 ? `; and ${all.length - 5} more` : '';
      const explanation = `${all.slice(0, 5).map(shorten).join('; ')}${more}.`;
      return graded(alike / paths.length, output, all.length === 0 ? 'It is the target.' : explanation);
    };
    return {
      score({ output: said, targets, trial }) {
        if (of === 'state' && !trial.state) {
          throw new Unscorable(
            'no_state',
            'The trial has no state: give a tool of its conversation a function.',
          );
        }
        const output = of === 'state' ? JSON.stringify(trial.state) : said;
        const json = readJson(output, allow_fence);
        if ('problem' in json)
          return verdict(false, output, `The output is not JSON: ${shorten(json.problem)}.`);
        return targets
          .map((target) => {
            const wanted = readJson(target);
            return 'problem' in wanted
              ? verdict(false, output, 'The target is not JSON.')
              : compare(json.value, wanted.value, output);
          })
          .reduce((best, next) => (next.value > best.value ? next : best));
      },
      targetProblem: (target) => {
        const wanted = readJson(target);
        return 'problem' in wanted ? `the target is not JSON (${wanted.problem})` : null;
      },
    };
  },
});
