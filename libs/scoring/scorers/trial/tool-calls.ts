import { z } from 'zod';
import { graded, shorten, type TrialFacts } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { jsonDifferences } from '../json/json-differences.js';
import { readJson } from '../json/json-output.js';
import { expectation } from '../expected.js';

const expectedCalls = z
  .array(
    z.strictObject({
      name: z.string().min(1).max(200),
      arguments: z.record(z.string(), z.unknown()).default({}),
    }),
  )
  .max(64);

type ExpectedCall = z.output<typeof expectedCalls>[number];
type Fits = (expected: number, actual: number) => boolean;

/**
 * F1 of the tool calls against those expected: 2 × matched / (expected + made). Under `exact` order the matched calls
 * are a longest common subsequence, under `any` a largest pairing; `subset` pairs alike and forgives further calls.
 */
export const toolCalls = defineScorer({
  type: 'tool_calls',
  version: 1,
  options: {
    expected: expectedCalls.optional().describe('Without it, `tool_calls` of the metadata of the sample.'),
    arguments: z
      .enum(['partial', 'exact', 'ignore'])
      .default('partial')
      .describe('partial: those expected, others too; exact: only those; ignore: names alone are compared.'),
    order: z.enum(['any', 'exact', 'subset']).default('any'),
  },
  bind({ expected: given, arguments: compared, order }) {
    const { read, targetProblem } = expectation('tool_calls', expectedCalls, given, 'tool_calls');
    const fits = (expected: ExpectedCall, actual: TrialFacts['toolCalls'][number]): boolean => {
      if (expected.name !== actual.name) return false;
      if (compared === 'ignore') return true;
      const args = readJson(actual.arguments.trim() === '' ? '{}' : actual.arguments);
      const comparison = { ignoreExtra: compared === 'partial' };
      return 'value' in args && jsonDifferences(args.value, expected.arguments, comparison).length === 0;
    };
    return {
      score({ metadata, trial }) {
        const expected = read(metadata);
        const made = trial.toolCalls;
        const table = expected.map((call) => made.map((actual) => fits(call, actual)));
        const fit: Fits = (left, right) => table[left]![right]!;
        const pair = order === 'exact' ? inOrder : inAnyOrder;
        const matched = pair(expected.length, made.length, fit);
        const all = order === 'subset' ? 2 * expected.length : expected.length + made.length;
        const value = all === 0 ? 1 : order === 'subset' ? matched / expected.length : (2 * matched) / all;
        const names = made.map(({ name }) => name).join(', ') || 'none';
        return graded(
          value,
          names,
          `${matched} of ${expected.length} expected calls are among ${made.length}: ${shorten(names)}.`,
        );
      },
      targetProblem,
    };
  },
});

function inOrder(expected: number, made: number, fits: Fits): number {
  let row: number[] = Array<number>(made + 1).fill(0);
  for (let left = 0; left < expected; left++) {
    const next = [0];
    for (let right = 0; right < made; right++) {
      next.push(fits(left, right) ? row[right]! + 1 : Math.max(row[right + 1]!, next[right]!));
    }
    row = next;
  }
  return row[made]!;
}

/** Largest matching by augmenting paths (Kuhn). */
function inAnyOrder(expected: number, made: number, fits: Fits): number {
  const takenBy = new Map<number, number>();
  const place = (left: number, tried: Set<number>): boolean => {
    for (let right = 0; right < made; right++) {
      if (!fits(left, right) || tried.has(right)) continue;
      tried.add(right);
      const holder = takenBy.get(right);
      if (holder === undefined || place(holder, tried)) {
        takenBy.set(right, left);
        return true;
      }
    }
    return false;
  };
  for (let left = 0; left < expected; left++) place(left, new Set());
  return takenBy.size;
}
