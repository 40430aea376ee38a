import { shorten, verdict } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { noTargetProblem } from '../no-target.js';
import { jsonOptions, readJson } from './json-output.js';

/** 1 when the output is one JSON value (RFC 8259) and nothing else. */
export const jsonValid = defineScorer({
  type: 'json_valid',
  version: 1,
  options: jsonOptions,
  bind: ({ allow_fence }) => ({
    score({ output }) {
      const json = readJson(output, allow_fence);
      return 'problem' in json
        ? verdict(false, output, `The output is not JSON: ${shorten(json.problem)}.`)
        : verdict(true, output, 'The output is JSON.');
    },
    targetProblem: noTargetProblem,
  }),
});
