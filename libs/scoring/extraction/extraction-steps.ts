import { z } from 'zod';
import {
  compileRegex,
  firstMatch,
  lastMatch,
  patternProblem,
  regexFlags,
  regexPattern,
} from '../user-regex.js';
import { readChoice } from './choice-reading.js';
import { takeNumber } from './number.js';

const take = z
  .enum(['first', 'last'])
  .default('last')
  .describe('Which occurrence; the last unless said otherwise, since answers stand at the end.');

const regexStep = z
  .strictObject({
    type: z.literal('regex'),
    pattern: regexPattern,
    group: z
      .union([z.int().min(0), z.literal('any')])
      .optional()
      .describe(
        'Capture group to keep; by default 1 where there is one, else 0. "any" is the first that holds text.',
      ),
    take,
    flags: regexFlags,
  })
  .superRefine(({ pattern, group = 0 }, context) => {
    if (patternProblem(pattern) !== null) return;
    const groups = compileRegex(pattern).groupCount();
    if (group !== 'any' && group > groups) {
      const message = `Group ${group} does not exist: /${pattern}/ has ${groups} groups.`;
      context.addIssue({ code: 'custom', path: ['group'], message });
    }
  });

const stepSchema = z.discriminatedUnion('type', [
  regexStep,
  z.strictObject({
    type: z.literal('after'),
    marker: z.string().min(1).max(200).describe('Keeps the text behind this marker; case counts.'),
    take,
  }),
  z.strictObject({ type: z.literal('last_number') }).describe('The last number, in plain decimal notation.'),
  z
    .strictObject({ type: z.literal('choice') })
    .describe('The letter of the option that the text settles on.'),
  z.strictObject({ type: z.literal('trim') }),
  z.strictObject({ type: z.literal('lowercase') }),
  z.strictObject({ type: z.literal('first_line') }).describe('The first line that is not blank.'),
  z.strictObject({ type: z.literal('last_line') }).describe('The last line that is not blank.'),
]);

export const extractionSchema = z
  .array(stepSchema)
  .min(1)
  .max(16)
  .describe('Steps that take the answer out of an output, applied in order.');

type Step = z.output<typeof stepSchema>;

/** Takes the answer out of an output; null when there is none, or only blanks. */
export type Extraction = (output: string, choices?: readonly string[]) => string | null;

/** @param steps as `extractionSchema` gave them. */
export function compileExtraction(steps: readonly Step[]): Extraction {
  const compiled = steps.map(compileStep);
  return (output, choices) => {
    let text: string | null = output;
    for (const step of compiled) {
      text = step(text, choices);
      if (text === null || text.trim() === '') return null;
    }
    return text;
  };
}

function compileStep(step: Step): Extraction {
  switch (step.type) {
    case 'regex': {
      const regex = compileRegex(step.pattern, step.flags);
      const group = step.group ?? Math.min(regex.groupCount(), 1);
      const find = step.take === 'first' ? firstMatch : lastMatch;
      return (text) => find(regex, text, group);
    }
    case 'after':
      return (text) => {
        const at = step.take === 'first' ? text.indexOf(step.marker) : text.lastIndexOf(step.marker);
        return at < 0 ? null : text.slice(at + step.marker.length);
      };
    case 'last_number':
      return (text) => takeNumber(text, 'last')?.text ?? null;
    case 'choice':
      return (text, choices) => readChoice(text, choices).letter;
    case 'trim':
      return (text) => text.trim();
    case 'lowercase':
      return (text) => text.toLowerCase();
    case 'first_line':
      return (text) => text.split(/\r?\n/).find(isFilled) ?? null;
    case 'last_line':
      return (text) => text.split(/\r?\n/).findLast(isFilled) ?? null;
  }
}

const isFilled = (line: string): boolean => line.trim() !== '';
