import { z } from 'zod';
import { runJavascript } from '../code/run-javascript.js';
import { runPython } from '../code/run-python.js';
import { shorten, Unscorable } from '../score.js';
import { defineScorer } from './define-scorer.js';
import { noTargetProblem } from './no-target.js';

/** What an operator allows. */
export interface CodeSandboxes {
  python: boolean;
}

const metadataSchema = z.object({
  prompt: z.string().default(''),
  tests: z.union([z.string().transform((test) => [test]), z.array(z.string()).min(1).max(100)]),
});

/**
 * Runs the output against the tests in the sample's metadata: `tests` is code or a list of it, which passes where it does
 * not throw; `prompt`, where given, is put before the output, so that a completion and a whole function both work.
 */
export const code = defineScorer({
  type: 'code',
  version: 1,
  options: {
    language: z.enum(['javascript', 'python']),
    take: z
      .enum(['fenced', 'whole'])
      .default('fenced')
      .describe('First fenced block, or else all; or always all.'),
    value: z
      .enum(['all', 'fraction'])
      .default('all')
      .describe('1 only if all tests pass, or the part that does.'),
  },
  bind: (options, { sandboxes }) => ({
    async score({ output, metadata }, signal) {
      const sample = metadataSchema.safeParse(metadata ?? {});
      if (!sample.success) {
        throw new Unscorable(
          'no_tests',
          'The metadata of the sample has no usable `tests`: give code, or a list of 1 to 100.',
        );
      }
      if (options.language === 'python' && !sandboxes.python) {
        throw new Unscorable(
          'python_not_allowed',
          'Python is not run here. An operator allows it by CODE_SANDBOX_PYTHON=on.',
        );
      }
      const { prompt, tests } = sample.data;
      const answer = options.take === 'fenced' ? fenced(output) : output;
      const run = options.language === 'python' ? runPython : runJavascript;
      const failures = await run(`${prompt}\n${answer}`, tests, signal);
      const passed = failures.filter((failure) => failure === null).length;
      const first = failures.find((failure) => failure !== null);
      return {
        value: options.value === 'fraction' ? passed / tests.length : Number(passed === tests.length),
        answer: shorten(answer),
        explanation:
          `${passed} of ${tests.length} tests passed.` +
          (first === undefined ? '' : ` The first that failed: ${shorten(first)}`),
      };
    },
    targetProblem: noTargetProblem,
  }),
});

/**
 * The first block between fences, with its indentation, or up to the end where a stop sequence took the last fence; all of
 * the text where there is none. In time that grows with the text alone, whatever it is.
 */
function fenced(text: string): string {
  const opening = /```[^`\n]*\n/.exec(text);
  return opening ? text.slice(opening.index + opening[0].length).split('```', 1)[0]! : text;
}
