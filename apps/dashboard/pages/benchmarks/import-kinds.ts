import type { FileHead } from './first-rows.js';

export const KINDS = {
  dataset: 'A dataset: rows of questions and answers',
  definition: 'A benchmark definition (YAML or JSON)',
  'lm-eval': 'The dataset of a task of lm-evaluation-harness',
  'openai-evals': 'Samples of OpenAI Evals',
  'human-eval': 'HumanEval',
  promptfoo: 'A configuration of promptfoo',
} as const;

export type Kind = keyof typeof KINDS;

/** What a file seems to be; one may say otherwise. */
export function guessKind(name: string, { text, rows }: FileHead): Kind {
  const first = rows[0] ?? {};
  if ('task_id' in first && 'entry_point' in first && 'canonical_solution' in first) return 'human-eval';
  if ('input' in first && 'ideal' in first) return 'openai-evals';
  const says = (key: string) => new RegExp(`^\\s*"?${key}"?\\s*:`, 'm').test(text);
  if (/\.(ya?ml|json)$/i.test(name)) {
    if (says('prompts') && (says('tests') || says('providers'))) return 'promptfoo';
    if (says('scoring') && (says('samples') || says('dataset'))) return 'definition';
  }
  return 'dataset';
}

/** Fields that a mapping may name, and what others call them. */
export const FIELDS = {
  input: ['input', 'question', 'prompt', 'query', 'problem', 'instruction'],
  target: ['target', 'answer', 'ideal', 'output', 'expected', 'label', 'solution'],
  id: ['id', 'sample_id', 'uid'],
  choices: ['choices', 'options'],
  category: ['category', 'subject', 'topic', 'type'],
  tags: ['tags'],
  split: ['split'],
} as const;

export type Field = keyof typeof FIELDS;
export type Mapping = Partial<Record<Field | 'target_pattern', string>>;

export function guessMapping(columns: string[]): Mapping {
  const mapping: Mapping = {};
  for (const [field, names] of Object.entries(FIELDS)) {
    const found = names.find((name) => columns.includes(name));
    if (found !== undefined) mapping[field as Field] = found;
  }
  return mapping;
}

export const nameOf = (fileName: string): string =>
  fileName
    .replace(/(\.[a-z0-9]{2,8}){1,2}$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+/g, '')
    .slice(0, 90);
