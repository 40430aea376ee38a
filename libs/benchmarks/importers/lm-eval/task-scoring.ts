import { z } from 'zod';
import { messageOf } from '#libs/common';
import { scoringSpecSchema } from '#libs/scoring';
import type { Omission } from '../omission.js';
import type { Filter, Metric, Task } from './task-schema.js';

/** Characters of Python's `string.punctuation`, as the harness drops them. */
const PUNCTUATION = '[!-/:-@\\[-`{-~]';
const DEFAULT_PATTERN = '#### (\\-?[0-9\\.\\,]+)';
const DEFAULT_FALLBACK = '[invalid]';

const IGNORED_METRIC_KEYS = ['metric', 'aggregation', 'higher_is_better'];

const exactOptionsSchema = z.looseObject({
  ignore_case: z.boolean().default(false),
  ignore_punctuation: z.boolean().default(false),
  ignore_numbers: z.boolean().default(false),
  regexes_to_ignore: z.array(z.string()).nullable().default(null),
});

type ScoringSpec = z.output<typeof scoringSpecSchema>;
type Step = { type: string; [option: string]: unknown };

/**
 * Each filter set becomes an extraction with a scorer of its name; without one, the whole output is scored.
 * @returns `scoring` undefined where nothing is left to score by.
 */
export function scoringOf(task: Task): { scoring?: ScoringSpec; omissions: Omission[] } {
  const omissions: Omission[] = [];
  const omit = (key: string, reason: string): void => void omissions.push({ key, reason });
  const generates = task.output_type === 'generate_until';
  const wanted = generates ? 'exact_match' : 'acc';
  const metrics = task.metric_list ?? [{ metric: wanted }];
  const metric = metrics.find((candidate) => candidate.metric === wanted);
  metrics.forEach((other, index) => {
    if (other === metric) reportMetric(other, index, omit);
    else omit(`metric_list.${index}`, `The metric ${other.metric} has no twin for ${task.output_type}.`);
  });
  if (!metric) return { omissions };
  if (!generates) {
    if (task.filter_list)
      omit('filter_list', 'An answer among choices is read by the scorer multiple_choice.');
    return {
      scoring: scoringSpecSchema.parse({ scorers: [{ type: 'multiple_choice', name: 'acc' }] }),
      omissions,
    };
  }
  const options = exactOptions(metric);
  const extractions: Record<string, Step[]> = {};
  const scorers: object[] = [];
  const sets = task.filter_list ?? [{ name: wanted, filter: [] }];
  sets.forEach(({ name, filter }, index) => {
    const steps = filter.map(stepsOf);
    const problem = steps.find((step) => typeof step === 'string');
    if (problem !== undefined)
      return omit(`filter_list.${index}`, `The filter set ${name} is left out: ${problem}`);
    noteFallbacks(filter, index, omit);
    const key = specNameOf(name);
    const flat = steps.flat() as Step[];
    if (flat.length > 0) extractions[key] = flat;
    scorers.push({ type: 'exact', name: key, ...(flat.length > 0 && { extraction: key }), ...options });
  });
  if (scorers.length === 0) return { omissions };
  return { scoring: scoringSpecSchema.parse({ extractions, scorers }), omissions };
}

function reportMetric(
  { aggregation = 'mean', higher_is_better = true, ...metric }: Metric,
  index: number,
  omit: (key: string, reason: string) => void,
): void {
  const at = `metric_list.${index}`;
  if (aggregation !== 'mean') omit(`${at}.aggregation`, 'Scores are averaged.');
  if (higher_is_better !== true) omit(`${at}.higher_is_better`, 'A higher score is always better.');
  const known = [...IGNORED_METRIC_KEYS, ...Object.keys(exactOptionsSchema.shape)];
  for (const key of Object.keys(metric)) {
    if (!known.includes(key)) omit(`${at}.${key}`, 'This option of the metric is not known.');
  }
}

/** In the harness's order: patterns, then case, punctuation and digits, which patterns of ours can say as well. */
function exactOptions(metric: Metric): object {
  const { ignore_case, ignore_punctuation, ignore_numbers, regexes_to_ignore } =
    exactOptionsSchema.parse(metric);
  const patterns = [
    ...(regexes_to_ignore ?? []),
    ...(ignore_punctuation ? [PUNCTUATION] : []),
    ...(ignore_numbers ? ['[0-9]'] : []),
  ];
  return { ignore_case, ...(patterns.length > 0 && { regexes_to_ignore: patterns }) };
}

const regexFilterSchema = z.strictObject({
  function: z.literal('regex'),
  regex_pattern: z.string().default(DEFAULT_PATTERN),
  group_select: z.int().default(0),
  fallback: z.unknown().optional(),
});

/** The steps of a filter, or why there are none. A trial is one answer, so `take_first` takes what there is. */
function stepsOf(filter: Filter): Step[] | string {
  switch (filter.function) {
    case 'take_first':
      return [];
    case 'lowercase':
      return [{ type: 'lowercase' }];
    case 'remove_whitespace':
      return [{ type: 'regex', pattern: '^ ?(.*)$', flags: 's' }];
    case 'regex': {
      const { data, error } = regexFilterSchema.safeParse(filter);
      if (!data) return `its regex filter is not understood: ${z.prettifyError(error)}.`;
      const { regex_pattern: pattern, group_select } = data;
      if (group_select !== 0 && group_select !== -1) {
        return `group_select is ${group_select}, and only the first match (0) or the last (-1) can be taken.`;
      }
      return regexSteps(pattern, group_select === 0 ? 'first' : 'last');
    }
    case 'majority_vote':
    case 'take_first_k':
      return `${filter.function} works on several answers, and each answer is scored by itself.`;
    default:
      return `the filter ${filter.function} has no twin.`;
  }
}

function regexSteps(pattern: string, take: 'first' | 'last'): Step[] | string {
  const steps = [{ type: 'regex', pattern, group: 'any', take }, { type: 'trim' }];
  try {
    scoringSpecSchema.parse({ extractions: { x: steps }, scorers: [{ type: 'exact' }] });
    return steps;
  } catch (error) {
    return error instanceof z.ZodError
      ? error.issues.map(({ message }) => message).join(' ')
      : messageOf(error);
  }
}

function noteFallbacks(filters: Filter[], set: number, omit: (key: string, reason: string) => void): void {
  filters.forEach(({ fallback }, index) => {
    if (fallback === undefined || fallback === DEFAULT_FALLBACK) return;
    omit(
      `filter_list.${set}.filter.${index}.fallback`,
      'An output without a match is wrong, whatever the target is.',
    );
  });
}

/** `strict-match` → `strict_match`. */
function specNameOf(name: string): string {
  const safe = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 60);
  return /^[a-z]/.test(safe) ? safe : `f_${safe}`;
}
