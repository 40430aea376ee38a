import { z } from 'zod';
import { graded, shorten } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { expectation } from '../expected.js';

const expectedNames = z.array(z.string().min(1).max(200)).min(1).max(64);

type Measure = (made: readonly string[], expected: readonly string[]) => number;

const share = (of: readonly string[], within: readonly string[]): number =>
  of.length === 0 ? 0 : of.filter((name) => within.includes(name)).length / of.length;

const exactly: Measure = (made, expected) =>
  Number(made.length === expected.length && made.every((name, index) => name === expected[index]));

/** As Vertex AI's `trajectory_*` metrics define them (Gen AI evaluation service, "Evaluate an agent"), on names alone. */
const MEASURES = {
  exact: exactly,
  in_order: (made, expected) => {
    let next = 0;
    for (const name of made) if (name === expected[next]) next += 1;
    return Number(next === expected.length);
  },
  any_order: (made, expected) => {
    const left = [...made];
    return Number(
      expected.every((name) => {
        const at = left.indexOf(name);
        return at >= 0 && left.splice(at, 1).length > 0;
      }),
    );
  },
  precision: share,
  recall: (made, expected) => share(expected, made),
} satisfies Record<string, Measure>;

/** Holds the names of the tools that were called, in order, against those expected. */
export const trajectory = defineScorer({
  type: 'trajectory',
  version: 1,
  options: {
    expected: expectedNames.optional().describe('Without it, `trajectory` of the metadata of the sample.'),
    match: z.enum(['exact', 'in_order', 'any_order', 'precision', 'recall']).default('exact'),
  },
  bind({ expected: given, match }) {
    const { read, targetProblem } = expectation('trajectory', expectedNames, given, 'trajectory');
    return {
      score({ metadata, trial }) {
        const expected = read(metadata);
        const made = trial.toolCalls.map(({ name }) => name);
        const shown = shorten(made.join(', ') || 'none');
        const value = MEASURES[match](made, expected);
        return graded(value, shown, `Called: ${shown}; expected: ${shorten(expected.join(', '))}.`);
      },
      targetProblem,
    };
  },
});
