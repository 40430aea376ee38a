import { z } from 'zod';
import type { Scorer } from '../score.js';
import { constraints } from './constraints/constraints.js';
import { commonOptions } from './common-options.js';
import { containsAll, containsAny, startsWith } from './phrases.js';
import { cost, latency, tokens } from './trial/figures.js';
import { toolCalls } from './trial/tool-calls.js';
import { trajectory } from './trial/trajectory.js';
import { bleu } from './overlap/bleu.js';
import { chrf } from './overlap/chrf.js';
import { f1 } from './overlap/f1.js';
import { fuzzyMatch } from './overlap/fuzzy-match.js';
import { levenshtein } from './overlap/levenshtein.js';
import { rougeL, rougeN } from './overlap/rouge.js';
import { jsonEqual } from './json/json-equal.js';
import { jsonSchema } from './json/json-schema.js';
import { jsonValid } from './json/json-valid.js';
import { isRefusal } from './is-refusal.js';
import { setsOf } from './sets.js';
import { assertionsOf } from './assertions.js';
import { code, type CodeSandboxes } from './code.js';
import { exact } from './exact.js';
import { imported } from './imported.js';
import { includes } from './includes.js';
import { multipleChoice } from './multiple-choice.js';
import { numeric } from './numeric.js';
import { regex } from './regex.js';
import { scorerCatalogue } from './scorer-catalogue.js';
import { llmJudge } from '../judging/llm-judge.js';
import { semanticSimilarity } from '../judging/semantic-similarity.js';

const NO_SANDBOXES: CodeSandboxes = { python: false };

const PLAIN = [
  exact,
  includes,
  regex,
  numeric,
  multipleChoice,
  containsAny,
  containsAll,
  startsWith,
  isRefusal,
  constraints,
  f1,
  fuzzyMatch,
  bleu,
  rougeN,
  rougeL,
  chrf,
  levenshtein,
  jsonValid,
  jsonSchema,
  jsonEqual,
  latency,
  cost,
  tokens,
  toolCalls,
  trajectory,
  llmJudge,
  semanticSimilarity,
  code,
];

/** A set may hold a set, which holds plain scorers. The id keeps what is nested from being written out in the API's documents. */
const plain = scorerCatalogue(PLAIN, 'PlainScorer');
const nested = scorerCatalogue([...PLAIN, ...setsOf(plain)], 'NestedScorer');
/** What samples bring is not known beforehand, so that a change of any scorer is one of this. */
const assertions = assertionsOf(
  scorerCatalogue([...PLAIN, ...setsOf(nested)]),
  PLAIN.reduce((sum, { version }) => sum + version({} as never) - 1, 1),
);
const catalogue = scorerCatalogue([...PLAIN, ...setsOf(nested), assertions, imported]);

export const scorerSchema = z.discriminatedUnion(
  'type',
  catalogue.schema.options.map((schema) => schema.safeExtend(commonOptions)) as ScorerSchemas,
);

type ScorerSchemas = [z.ZodObject<{ type: z.ZodLiteral<string> } & typeof commonOptions>];

export type ScorerSpec = z.output<typeof scorerSchema>;

/** The key of a scorer's score in a result. */
export const scorerName = (spec: Pick<ScorerSpec, 'name' | 'type'>): string => spec.name ?? spec.type;

export const bindScorer = (spec: ScorerSpec, sandboxes: CodeSandboxes = NO_SANDBOXES): Scorer =>
  catalogue.bind(spec, { name: scorerName(spec), sandboxes });

export const scorerVersion: (spec: ScorerSpec) => number = catalogue.version;

/** `name@version` of the agents that a scorer asks, within sets too. */
export const scorerJudges: (spec: ScorerSpec) => string[] = catalogue.judges;
