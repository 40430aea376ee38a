import { z } from 'zod';
import { AppError, messageOf } from '#libs/common';
import { generationSchema } from '#libs/agents';
import { benchmarkDefinitionSchema, type BenchmarkDefinition } from '../../benchmark-definition.js';
import type { RowMapper } from '../../importing/read-samples.js';
import { exampleSchema, type ExampleJson } from '../../sample.js';
import type { Omission } from '../omission.js';
import { readTask } from './read-task.js';
import { TaskRows } from './task-rows.js';
import { OMITTED_KEYS, REFUSED_KEYS, taskSchema, type Task } from './task-schema.js';
import { scoringOf } from './task-scoring.js';

/** A task of lm-evaluation-harness, as text. */
export interface LmEvalTask {
  /** The task's YAML. */
  task: string;
  /** YAML of what it includes, by name. */
  includes?: Record<string, string>;
  /** Rows of the dataset's few-shot split. */
  fewShotRows?: Record<string, unknown>[];
}

export interface ImportedTask {
  definition: BenchmarkDefinition;
  rows: RowMapper;
  omissions: Omission[];
}

const MAX_STOPS = 4;

/**
 * The benchmark that a task of lm-evaluation-harness describes, how rows of its dataset become samples, and by name
 * all that is not carried over.
 * @throws AppError `code_hooks` with lines, `include_missing`, `invalid_task`, `nothing_to_score`
 */
export function importLmEval({ task: text, includes, fewShotRows = [] }: LmEvalTask): ImportedTask {
  const task = checked(readTask(text, includes));
  const omissions: Omission[] = Object.keys(task)
    .filter((key) => !Object.hasOwn(taskSchema.shape, key))
    .map((key) => ({ key, reason: OMITTED_KEYS[key] ?? 'This key is not known.' }));
  const omit = (key: string, reason: string): void => void omissions.push({ key, reason });
  try {
    const rows = new TaskRows(task);
    const { scoring, omissions: unscored } = scoringOf(task);
    omissions.push(...unscored);
    if (!scoring) throw nothingToScore(omissions);
    if (task.repeats > 1) omit('repeats', `Start runs with "epochs": ${task.repeats}.`);
    const definition = benchmarkDefinitionSchema.parse({
      prompt: promptOf(task, examplesOf(task, fewShotRows, rows, omit), omit),
      scoring,
      generation: generationOf(task, omit),
    });
    return { definition, rows, omissions };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw AppError.invalid(
      'invalid_task',
      `The task cannot be imported: ${reason}. Mend it and send it again.`,
    );
  }
}

function checked(yaml: Record<string, unknown>): Task {
  if (Array.isArray(yaml.task)) {
    throw AppError.invalid(
      'invalid_task',
      'The file is a group of tasks. Import each of its tasks by itself.',
    );
  }
  const refused = REFUSED_KEYS.filter((key) => Object.hasOwn(yaml, key));
  if (refused.length > 0) {
    throw AppError.invalid(
      'invalid_task',
      `The task has ${refused.join(', ')}, which cannot be imported, and without which it would ask something else.`,
      refused.map((path) => ({ message: 'cannot be imported', path })),
    );
  }
  const { data, error } = taskSchema.safeParse(yaml);
  if (data) return data;
  const errors = error.issues.map(({ path, message }) => ({ message, path: path.join('.') }));
  const list = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw AppError.invalid('invalid_task', `The task is not as the harness wants it: ${list}.`, errors);
}

function nothingToScore(omissions: Omission[]): AppError {
  return AppError.invalid(
    'nothing_to_score',
    'No metric or filter of the task can be carried over, so nothing could be scored. See the errors for why.',
    omissions.map(({ key, reason }) => ({ message: reason, path: key })),
  );
}

type Omit = (key: string, reason: string) => void;

/** Examples that stand in the task, or else the rows that were sent. */
function examplesOf(task: Task, sent: Record<string, unknown>[], rows: TaskRows, omit: Omit): ExampleJson[] {
  const { samples, ...config } = task.fewshot_config ?? {};
  for (const key of Object.keys(config)) {
    omit(`fewshot_config.${key}`, 'Which examples a sample gets follows from the seed of the run.');
  }
  const inTask = Array.isArray(samples) ? (samples as Record<string, unknown>[]) : undefined;
  if (samples !== undefined && !inTask) omit('fewshot_config.samples', 'It is no list.');
  if (!task.num_fewshot) return [];
  const pool = inTask ?? sent;
  if (pool.length < task.num_fewshot) {
    omit(
      'num_fewshot',
      `Questions are asked with no examples: send ${task.num_fewshot} or more few_shot_rows.`,
    );
    return [];
  }
  return pool.map((row, index) => {
    const mapped = rows.map(row);
    if ('problem' in mapped) throw new Error(`example ${index + 1}: ${mapped.problem}`);
    const { input, target, choices } = mapped.json;
    return exampleSchema.parse({ input, target, choices });
  });
}

/** As the harness puts it together: description, solved examples, question. */
function promptOf(task: Task, examples: ExampleJson[], omit: Omit): object {
  const { description, target_delimiter, fewshot_delimiter, num_fewshot } = task;
  const isTemplate = /\{[{%#]/.test(description);
  if (isTemplate) omit('description', 'It is a template; only plain text can stand before the examples.');
  const before = isTemplate ? '' : literal(description);
  const shown = `{% for example in few_shot %}{{ example.input }}${literal(target_delimiter)}{{ example.target }}${literal(fewshot_delimiter)}{% endfor %}`;
  const content = `${before}${examples.length > 0 ? shown : ''}{{ input }}`;
  const system = { role: 'system', content: 'Answer with the letter of the right choice only.' };
  if (task.output_type === 'multiple_choice') {
    omit(
      'output_type',
      'Agents give text and no likelihoods: the choices are listed, and a letter is asked for.',
    );
  }
  return {
    messages: [...(task.output_type === 'multiple_choice' ? [system] : []), { role: 'user', content }],
    ...(examples.length > 0 && { few_shot: { count: num_fewshot, examples } }),
  };
}

const literal = (text: string): string => (text === '' ? '' : `{{ ${JSON.stringify(text)} }}`);

/** Without settings of its own, a task stops at the delimiter between examples and does not sample. */
function generationOf(task: Task, omit: Omit): object {
  if (task.output_type === 'multiple_choice') {
    if (task.generation_kwargs) omit('generation_kwargs', 'A multiple-choice task does not generate.');
    return {};
  }
  const { until, do_sample, temperature, top_p, ...rest } = task.generation_kwargs ?? { temperature: 0 };
  const stop = [until ?? task.fewshot_delimiter].flat().map(String).filter(Boolean);
  if (stop.length > MAX_STOPS) {
    omit(
      'generation_kwargs.until',
      `Providers take ${MAX_STOPS}; left out: ${JSON.stringify(stop.slice(MAX_STOPS))}.`,
    );
  }
  const { max_gen_toks, max_new_tokens, max_tokens, ...unknown } = rest;
  for (const key of Object.keys(unknown)) omit(`generation_kwargs.${key}`, 'This setting has no twin.');
  return generationSchema.parse({
    temperature: do_sample === true ? temperature : (temperature ?? 0),
    top_p,
    max_tokens: max_gen_toks ?? max_new_tokens ?? max_tokens,
    stop: stop.length > 0 ? stop.slice(0, MAX_STOPS) : undefined,
  });
}
