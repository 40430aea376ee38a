import { parseYaml } from '../../definition/parse-yaml.js';
import { isObject } from './source.js';

/** An assertion as promptfoo has it, its value rendered. */
export interface PromptfooAssertion {
  type: string;
  value: unknown;
  threshold: number | undefined;
}

/** How our scorers say it. */
export interface Twin {
  scorer: { type: string; [option: string]: unknown };
  targets?: string[];
  threshold?: number;
}

/** @throws Error with the reason why it has no twin */
type ToTwin = (assertion: PromptfooAssertion) => Twin;

const text = ({ type, value }: PromptfooAssertion): string => {
  if (['string', 'number', 'boolean'].includes(typeof value) && value !== '') return String(value);
  throw new Error(`"${type}" wants a text as its value`);
};

const list = (assertion: PromptfooAssertion): string[] => {
  const { value } = assertion;
  return Array.isArray(value)
    ? value.map(String)
    : text(assertion)
        .split(',')
        .map((part) => part.trim());
};

const threshold = ({ type, threshold: given }: PromptfooAssertion): number => {
  if (given !== undefined) return given;
  throw new Error(`"${type}" wants a threshold`);
};

const contains =
  (
    type: 'contains_any' | 'contains_all',
    ignore_case: boolean,
    read: (a: PromptfooAssertion) => string[],
  ): ToTwin =>
  (assertion) => ({ scorer: { type, values: read(assertion), ignore_case } });

const one = (assertion: PromptfooAssertion): string[] => [text(assertion)];

const schemaOf = ({ type, value }: PromptfooAssertion): unknown => {
  if (value === undefined || value === null || value === '') return undefined;
  const schema: unknown = typeof value === 'string' ? parseYaml(value).value : value;
  if (isObject(schema)) return schema;
  throw new Error(`"${type}" has a schema that is no object`);
};

/** Words between blanks, as promptfoo counts them. */
const wordCount = ({ type, value }: PromptfooAssertion): Twin => {
  const bounds = isObject(value) ? value : { min: value, max: value };
  const min = bounds.min === undefined ? 0 : Number(bounds.min);
  const max = bounds.max === undefined ? '' : Number(bounds.max);
  if (!(min >= 0) || Number.isNaN(max)) throw new Error(`"${type}" wants a number, or min and max`);
  const words =
    min === 0 ? `(?:\\S+(?:\\s+|$)){0,${max}}` : `\\S+(?:\\s+\\S+){${min - 1},${max === '' ? '' : max - 1}}`;
  return { scorer: { type: 'regex', pattern: `^\\s*${words}\\s*$` } };
};

const toolCalls = (assertion: PromptfooAssertion): Twin => ({
  scorer: { type: 'tool_calls', arguments: 'ignore', expected: list(assertion).map((name) => ({ name })) },
  threshold: assertion.threshold ?? 1,
});

const steps = ({ type, value }: PromptfooAssertion): { names: string[]; mode: string } => {
  const { steps: inner = value, mode = 'in_order' } = isObject(value) ? value : {};
  const given = typeof inner === 'string' ? [inner] : inner;
  if (Array.isArray(given) && given.every((name) => typeof name === 'string')) {
    return { names: given, mode: String(mode) };
  }
  throw new Error(`"${type}" is carried over for names of tools only`);
};

const judged = (criteria: string, more: object = {}): Twin => ({
  scorer: { type: 'llm_judge', criteria, show_target: false, ...more },
});
const SCALE = { verdict: { type: 'scale', min: 0, max: 10 } };

/** Outcomes of its grader that pass by default: subset, superset, same facts, other words. */
const FACTUALITY =
  'The facts of the candidate do not contradict the reference. It may say less, more, or the same in other words.';

const factuality: ToTwin = (assertion) => ({
  ...judged(FACTUALITY, { show_target: true }),
  targets: [text(assertion)],
});

const rubric: ToTwin = (assertion) =>
  assertion.threshold === undefined
    ? judged(text(assertion))
    : { ...judged(text(assertion), SCALE), threshold: assertion.threshold };

/** By type, without the prefix `not-`. */
export const TWINS: Readonly<Record<string, ToTwin>> = {
  equals: (assertion) =>
    typeof assertion.value === 'object' && assertion.value !== null
      ? { scorer: { type: 'json_equal' }, targets: [JSON.stringify(assertion.value)] }
      : { scorer: { type: 'exact' }, targets: [text(assertion)] },
  contains: contains('contains_any', false, one),
  icontains: contains('contains_any', true, one),
  'contains-any': contains('contains_any', false, list),
  'icontains-any': contains('contains_any', true, list),
  'contains-all': contains('contains_all', false, list),
  'icontains-all': contains('contains_all', true, list),
  'starts-with': (assertion) => ({ scorer: { type: 'starts_with', values: one(assertion) } }),
  regex: (assertion) => ({ scorer: { type: 'regex', pattern: text(assertion) } }),
  'is-json': (assertion) => {
    const schema = schemaOf(assertion);
    return { scorer: schema ? { type: 'json_schema', schema } : { type: 'json_valid' } };
  },
  'is-refusal': () => ({ scorer: { type: 'is_refusal' } }),
  levenshtein: (assertion) => ({
    scorer: { type: 'levenshtein', max_edits: assertion.threshold || 5 },
    targets: one(assertion),
  }),
  'rouge-n': (assertion) => ({
    scorer: { type: 'rouge_n' },
    targets: one(assertion),
    threshold: assertion.threshold ?? 0.75,
  }),
  bleu: (assertion) => ({
    scorer: { type: 'bleu' },
    targets: Array.isArray(assertion.value) ? assertion.value.map(String) : one(assertion),
    threshold: assertion.threshold ?? 0.5,
  }),
  similar: (assertion) => ({
    scorer: { type: 'semantic_similarity' },
    targets: Array.isArray(assertion.value) ? assertion.value.map(String) : one(assertion),
    threshold: assertion.threshold ?? 0.75,
  }),
  latency: (assertion) => ({ scorer: { type: 'latency', max: threshold(assertion) } }),
  cost: (assertion) => ({ scorer: { type: 'cost', max: threshold(assertion) } }),
  'word-count': wordCount,
  'tool-call-f1': toolCalls,
  'trajectory:tool-used': (assertion) => ({
    scorer: { type: 'trajectory', match: 'any_order', expected: steps(assertion).names },
  }),
  'trajectory:tool-sequence': (assertion) => {
    const { names, mode } = steps(assertion);
    return { scorer: { type: 'trajectory', match: mode, expected: names } };
  },
  'llm-rubric': rubric,
  'model-graded-closedqa': (assertion) => judged(text(assertion)),
  'g-eval': (assertion) => {
    const criteria = Array.isArray(assertion.value)
      ? assertion.value.map(String).join('\n')
      : text(assertion);
    return { ...judged(criteria, SCALE), threshold: assertion.threshold ?? 0.7 };
  },
  factuality,
  'model-graded-factuality': factuality,
  'model-graded-fact': factuality,
};

export const CODE_TYPES = ['javascript', 'python', 'ruby'];
