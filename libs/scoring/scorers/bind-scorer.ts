import { z } from 'zod';
import type { Scorer } from '../score.js';
import { commonOptions } from './common-options.js';
import { containsAll, containsAny, startsWith } from './phrases.js';
import { cost, latency, tokens } from './trial/figures.js';
import { toolCalls } from './trial/tool-calls.js';
import { trajectory } from './trial/trajectory.js';
import { bleu } from './overlap/bleu.js';
import { chrf } from './overlap/chrf.js';
import { f1 } from './overlap/f1.js';
import { levenshtein } from './overlap/levenshtein.js';
import { rougeL, rougeN } from './overlap/rouge.js';
import { jsonEqual } from './json/json-equal.js';
import { jsonSchema } from './json/json-schema.js';
import { jsonValid } from './json/json-valid.js';
import { isRefusal } from './is-refusal.js';
import { setsOf } from './sets.js';
import { code, codeSpec, codeVersion, type CodeSandboxes, type CodeSpec } from './code.js';
import { exact } from './exact.js';
import { imported } from './imported.js';
import { includes } from './includes.js';
import { multipleChoice } from './multiple-choice.js';
import { numeric } from './numeric.js';
import { regex } from './regex.js';
import type { ScorerDefinition } from './define-scorer.js';
import { scorerCatalogue } from './scorer-catalogue.js';
import { llmJudge, llmJudgeVersion } from '../judging/llm-judge.js';
import { llmJudgeSpec } from '../judging/llm-judge-spec.js';

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
  f1,
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
];

/** A set may hold a set, which holds plain scorers. The id keeps what is nested from being written out in the API's documents. */
const plain = scorerCatalogue(PLAIN, 'PlainScorer');
const nested = scorerCatalogue([...PLAIN, ...setsOf(plain)], 'NestedScorer');
/** Not within sets: who judges has to be known before a run begins. */
const judge: ScorerDefinition = {
  schema: llmJudgeSpec,
  version: () => llmJudgeVersion,
  bind: llmJudge,
};
/** Nor within sets: what it may run is the operator's to say. */
const runs: ScorerDefinition = {
  schema: codeSpec,
  version: () => codeVersion,
  bind: (options: CodeSpec) => code(options, NO_SANDBOXES),
};
const catalogue = scorerCatalogue([...PLAIN, ...setsOf(nested), judge, runs, imported]);

export const scorerSchema = z.discriminatedUnion(
  'type',
  catalogue.schema.options.map((schema) => schema.safeExtend(commonOptions)) as ScorerSchemas,
);

type ScorerSchemas = [z.ZodObject<{ type: z.ZodLiteral<string> } & typeof commonOptions>];

export type ScorerSpec = z.output<typeof scorerSchema>;

export const bindScorer = (spec: ScorerSpec, sandboxes: CodeSandboxes = NO_SANDBOXES): Scorer =>
  spec.type === 'code' ? code(spec as CodeSpec, sandboxes) : catalogue.bind(spec);

export const scorerVersion: (spec: ScorerSpec) => number = catalogue.version;
