import { z } from 'zod';
import type { Scorer } from '../score.js';
import { code, codeSpec, codeVersion, type CodeSandboxes } from './code.js';
import { exact, exactSpec, exactVersion } from './exact.js';
import { includes, includesSpec, includesVersion } from './includes.js';
import { multipleChoice, multipleChoiceSpec, multipleChoiceVersion } from './multiple-choice.js';
import { numeric, numericSpec, numericVersion } from './numeric.js';
import { regex, regexSpec, regexVersion } from './regex.js';

export const scorerSchema = z.discriminatedUnion('type', [
  exactSpec,
  includesSpec,
  regexSpec,
  numericSpec,
  multipleChoiceSpec,
  codeSpec,
]);

export type ScorerSpec = z.output<typeof scorerSchema>;

/** Raised with every change that may give some output another score: scores of different versions do not compare. */
export const SCORER_VERSIONS: Readonly<Record<ScorerSpec['type'], number>> = {
  exact: exactVersion,
  includes: includesVersion,
  regex: regexVersion,
  numeric: numericVersion,
  multiple_choice: multipleChoiceVersion,
  code: codeVersion,
};

/** Compiles what the options hold, once for all the outputs to come. */
export function bindScorer(spec: ScorerSpec, sandboxes: CodeSandboxes = { python: false }): Scorer {
  switch (spec.type) {
    case 'exact':
      return exact(spec);
    case 'includes':
      return includes(spec);
    case 'regex':
      return regex(spec);
    case 'numeric':
      return numeric(spec);
    case 'multiple_choice':
      return multipleChoice();
    case 'code':
      return code(spec, sandboxes);
  }
}
