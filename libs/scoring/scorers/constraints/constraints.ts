import { z } from 'zod';
import { graded } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { expectation } from '../expected.js';
import { checkConstraint, constraintsSchema, type Constraint } from './constraint-catalogue.js';

/**
 * Holds an output against constraints that a program can verify, as IFEval does (Zhou et al. 2023, "Instruction-Following
 * Evaluation for Large Language Models"; `instruction_following_eval` of google-research).
 */
export const constraints = defineScorer({
  type: 'constraints',
  version: 1,
  options: {
    constraints: constraintsSchema
      .optional()
      .describe('Without it, `constraints` of the metadata of the sample.'),
    mode: z
      .enum(['share', 'all'])
      .default('share')
      .describe('share: how many of them are kept; all: 1 where every one is, else 0.'),
    loose: z
      .boolean()
      .default(false)
      .describe(
        'A constraint is kept where the output keeps it without its first or last line, or asterisks.',
      ),
  },
  bind({ constraints: given, mode, loose }) {
    const { read, targetProblem } = expectation('constraints', constraintsSchema, given, 'constraints');
    return {
      score({ output, metadata }) {
        const wanted = read(metadata);
        const texts = (loose ? variants(output) : [output]).filter((text) => text.trim() !== '');
        const broken = wanted.flatMap((constraint) => brokenBy(constraint, texts) ?? []);
        const kept = wanted.length - broken.length;
        const value = mode === 'all' ? Number(broken.length === 0) : kept / wanted.length;
        return graded(value, output, `${kept} of ${wanted.length} constraints are kept${listed(broken)}.`);
      },
      targetProblem,
    };
  },
});

const MAX_NAMED = 8;

function listed(broken: readonly string[]): string {
  if (broken.length === 0) return '';
  const rest = broken.length > MAX_NAMED ? [`${broken.length - MAX_NAMED} more`] : [];
  return `; not: ${[...broken.slice(0, MAX_NAMED), ...rest].join('; ')}`;
}

/** Why none of the texts keeps the constraint, as the first of them shows; null where one does. */
function brokenBy(constraint: Constraint, texts: readonly string[]): string | null {
  const findings = texts.map((text) => checkConstraint(constraint, text));
  if (findings.some(({ kept }) => kept)) return null;
  return `${constraint.type} (${findings[0]?.found ?? 'the output is blank'})`;
}

/** The eight texts that IFEval's loose accuracy looks at. */
function variants(output: string): string[] {
  const lines = output.split('\n');
  const cut = [lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map((rest) => rest.join('\n').trim());
  return [output, ...cut].flatMap((text) => [text, text.replaceAll('*', '')]);
}
