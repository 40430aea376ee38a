import { AppError } from '#libs/common';
import { benchmarkDefinitionSchema, type BenchmarkDefinition } from '../../benchmark-definition.js';
import { parseYaml } from '../../definition/parse-yaml.js';
import type { RowMapper } from '../../importing/read-samples.js';
import { Omissions } from '../omissions.js';
import type { Omission } from '../omission.js';
import { readChat, type ChatMessage } from './chat-input.js';
import { EvalRows, MESSAGES } from './eval-rows.js';
import { readRegistry, type RegisteredEval } from './read-registry.js';

export const EVAL_CLASSES = ['Match', 'Includes', 'FuzzyMatch', 'JsonMatch'] as const;

/** An eval of OpenAI Evals, without its samples. */
export interface OpenAiEval {
  /** YAML of registry/evals. */
  registry?: string;
  /** Which of the evals in it. */
  eval?: string;
  /** How answers are judged, where there is no registry. */
  class: (typeof EVAL_CLASSES)[number];
  /** Lines of the few-shot file. */
  fewShotRows?: Record<string, unknown>[];
  /** YAML of registry/modelgraded. */
  modelgraded?: string;
  /** `name@version` of the agents that judge where a model is to. */
  judges?: string[];
}

export interface ImportedEval {
  definition: BenchmarkDefinition;
  description?: string;
  rows: RowMapper;
  /** Complete when all rows have been read. */
  omissions: () => Omission[];
}

/** Classes whose semantics a scorer has, and the settings with which they ask. */
const CLASSES: Record<string, { scorer: (args: Args) => object; generation: object; uses: string[] }> = {
  'evals.elsuite.basic.match:Match': {
    scorer: () => ({ type: 'starts_with', name: 'match' }),
    generation: { temperature: 0 },
    uses: ['num_few_shot', 'few_shot_jsonl'],
  },
  'evals.elsuite.basic.includes:Includes': {
    scorer: ({ ignore_case = false }) => ({ type: 'includes', ignore_case: ignore_case === true }),
    generation: {},
    uses: ['ignore_case'],
  },
  'evals.elsuite.basic.fuzzy_match:FuzzyMatch': {
    scorer: () => ({ type: 'fuzzy_match' }),
    generation: { temperature: 0, max_tokens: 16 },
    uses: [],
  },
  'evals.elsuite.basic.json_match:JsonMatch': {
    scorer: () => ({ type: 'json_equal', name: 'json_match' }),
    generation: { temperature: 0, max_tokens: 512 },
    uses: ['max_tokens'],
  },
};
const MODEL_GRADED = 'evals.elsuite.modelgraded.classify:ModelBasedClassify';
const CRITERIA = 'criteria';

type Args = Record<string, unknown>;

const OMITTED: Record<string, string> = {
  samples_jsonl: 'The samples are those of the file that is sent.',
  max_tokens: 'The class takes it and does not use it.',
};

/**
 * The benchmark that an eval of OpenAI Evals describes, how lines of its samples become samples, and by name all that
 * is not carried over.
 * @throws AppError `code_hooks` for a class of one's own, with its line; `judges_missing`, `modelgraded_not_supported`,
 * `examples_missing`, and what `readRegistry` throws
 */
export function importOpenAiEvals(source: OpenAiEval): ImportedEval {
  const given =
    source.registry === undefined ? plainEval(source) : readRegistry(source.registry, source.eval);
  const omissions = new Omissions();
  for (const key of Object.keys(given.others)) {
    if (key === 'metrics') noteMetrics(given, omissions);
    else omissions.add(`${given.name}.${key}`, `The key "${key}" has no twin.`);
  }
  const graded = given.class === MODEL_GRADED;
  const known = Object.hasOwn(CLASSES, given.class) ? CLASSES[given.class] : undefined;
  if (!known && !graded) throw codeHook(given);
  const uses = graded
    ? ['modelgraded_spec', 'modelgraded_spec_args', 'eval_type', 'max_tokens']
    : (known?.uses ?? []);
  for (const key of Object.keys(given.args)) {
    if (!uses.includes(key)) {
      omissions.add(`${given.name}.args.${key}`, OMITTED[key] ?? `The argument "${key}" has no twin.`);
    }
  }
  const { max_tokens } = given.args;
  const generation = {
    ...(known?.generation ?? { temperature: 0, max_tokens: 1024 }),
    ...(uses.includes('max_tokens') && max_tokens !== undefined && { max_tokens }),
  };
  const definition = benchmarkDefinitionSchema.safeParse({
    prompt: { messages: [{ sample_messages: MESSAGES }] },
    scoring: { scorers: [known ? known.scorer(given.args) : judgedBy(source)] },
    generation,
  });
  if (!definition.success) {
    const [issue] = definition.error.issues;
    throw AppError.invalid(
      'invalid_eval',
      `The eval cannot be imported: ${issue?.path.join('.')} ${issue?.message}.`,
    );
  }
  const criteria = graded ? { field: CRITERIA, always: closedQa(source, given) } : undefined;
  const rows = new EvalRows(examplesOf(source, given), omissions, criteria);
  return {
    definition: definition.data,
    description: given.description,
    rows,
    omissions: () => omissions.list(),
  };
}

const plainEval = ({ class: name }: OpenAiEval): RegisteredEval => ({
  name,
  class: Object.keys(CLASSES).find((known) => known.endsWith(`:${name}`)) ?? name,
  args: {},
  others: {},
});

const KNOWN_METRICS = ['accuracy'];

function noteMetrics({ name, others }: RegisteredEval, omissions: Omissions): void {
  for (const metric of others.metrics as string[]) {
    if (!KNOWN_METRICS.includes(metric)) {
      omissions.add(`${name}.metrics`, `The metric ${metric} is not computed; answers are right or wrong.`);
    }
  }
}

const codeHook = ({ class: name, line }: RegisteredEval): AppError =>
  AppError.invalid(
    'code_hooks',
    `The eval is a class of Python, ${name}${line === undefined ? '' : `, on line ${line}`}. Code is not imported; there are ${EVAL_CLASSES.join(', ')} and ModelBasedClassify with closedqa.`,
    [{ message: `${name} is code`, line }],
  );

/** In the eval's order: what comes before the last message, the examples, and it. */
function examplesOf({ fewShotRows = [] }: OpenAiEval, { name, args }: RegisteredEval): ChatMessage[] {
  const count = Number(args.num_few_shot ?? 0);
  if (!(count > 0)) return [];
  if (fewShotRows.length < count) {
    throw AppError.invalid(
      'examples_missing',
      `${name} shows ${count} examples, and ${fewShotRows.length} were sent. Send the lines of its few-shot file as few_shot_rows.`,
    );
  }
  return fewShotRows.slice(0, count).flatMap(({ sample }, index) => {
    const chat = readChat(sample);
    if ('messages' in chat) return chat.messages;
    throw AppError.invalid('invalid_example', `The "sample" of few_shot_rows.${index} ${chat.problem}.`);
  });
}

function judgedBy({ judges = [] }: OpenAiEval): object {
  if (judges.length > 0)
    return { type: 'assertions', name: 'closedqa', judges: judges.map((agent) => ({ agent })) };
  throw AppError.invalid(
    'judges_missing',
    'A model judges this eval. Name agents of yours that are to, as "judges": ["name@version"].',
  );
}

/** Criteria that hold for every sample. @throws AppError where the model is asked something else. */
function closedQa({ modelgraded }: OpenAiEval, { args }: RegisteredEval): string[] {
  const name = args.modelgraded_spec;
  if (name !== 'closedqa') {
    throw AppError.invalid(
      'modelgraded_not_supported',
      `The model-graded spec "${String(name)}" has no twin, only closedqa has. Write its question as criteria of the scorer llm_judge.`,
    );
  }
  const spec = (modelgraded === undefined ? {} : parseYaml(modelgraded).value) as { args?: Args } | null;
  const all = spec?.args?.[CRITERIA];
  const wanted = (args.modelgraded_spec_args as Args | undefined)?.[CRITERIA];
  if (typeof wanted !== 'string') return [];
  const named = typeof all === 'object' && all !== null ? (all as Args)[wanted] : undefined;
  return [typeof named === 'string' ? named : wanted];
}
