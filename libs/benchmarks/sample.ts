import { z } from 'zod';
import { isStorable, type InputError } from '#libs/common';

/** Deepest nesting of `metadata`; deeper values would overflow the stack of whoever serializes them. */
export const MAX_DEPTH = 32;

export function isShallow(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth < MAX_DEPTH && Object.values(value).every((member) => isShallow(member, depth + 1));
}

const text = (max?: number) =>
  z
    .string({ error: ({ input }) => (input === undefined ? 'is missing' : 'must be a string') })
    .min(1, 'must not be empty')
    .max(max ?? Number.MAX_SAFE_INTEGER, `must have at most ${max} characters`)
    .refine(isStorable, 'holds a NUL character or half of a surrogate pair');

const answer = z.union([text(), z.number()], { error: 'must be a non-empty string or a number' });

const target = z
  .union([answer, z.array(answer).min(1, 'must have at least one answer')], {
    error: ({ input }) =>
      input === undefined
        ? 'is missing'
        : 'must be a non-empty string, a number, or a non-empty list of them',
  })
  .describe('The accepted answer, or several, any of which is right');

const choices = z
  .array(text(), 'must be a list of strings')
  .min(2, 'must have at least 2 entries')
  .max(26, 'must have at most 26 entries, one for each letter')
  .refine((entries) => new Set(entries).size === entries.length, 'must not hold the same choice twice');

const tags = z
  .array(text(100), 'must be a list of strings')
  .max(50, 'must have at most 50 entries')
  .refine((entries) => new Set(entries).size === entries.length, 'must not hold the same tag twice');

/** The name of a part of a dataset, such as `train` or `test`. */
export const splitSchema = text(100);

export const categorySchema = text(100);

/** What a sample and a few-shot example have in common. */
export const exampleSchema = z.strictObject({
  input: text(),
  target,
  choices: choices.optional(),
  category: categorySchema.optional(),
  metadata: z
    .record(z.string(), z.unknown(), 'must be an object')
    .refine(isShallow, `holds more than ${MAX_DEPTH} levels`)
    .refine(isStorable, 'holds a NUL character or half of a surrogate pair')
    .optional(),
});

/** One sample as it stands in JSON, a line of JSONL or a request. */
export const sampleSchema = exampleSchema.extend({
  id: text(200),
  split: splitSchema.optional(),
  tags: tags.optional(),
});

export type ExampleJson = z.infer<typeof exampleSchema>;
export type SampleJson = z.infer<typeof sampleSchema>;

/** One item of a benchmark. `targets` holds every accepted answer, at least one. */
export interface Sample {
  id: string;
  input: string;
  targets: string[];
  choices?: string[];
  category?: string;
  split?: string;
  /** Undefined where there is none. */
  tags?: string[];
  metadata: Record<string, unknown>;
}

/** Every accepted answer, numbers as their shortest decimal text. */
export const targetsOf = (json: Pick<ExampleJson, 'target'>): string[] => [json.target].flat().map(String);

/** Checks and normalizes one sample; `errors` name the field in `path` and the sample where it has an id. */
export function parseSample(value: unknown): { sample: Sample } | { errors: InputError[] } {
  const { success, data, error } = sampleSchema.safeParse(value);
  if (success) {
    const { id, input, choices, category, split, tags: labels, metadata = {} } = data;
    // The content hash leaves out what is undefined: no tags and an empty list of them are the same.
    const tags = labels?.length ? labels : undefined;
    return { sample: { id, input, targets: targetsOf(data), choices, category, split, tags, metadata } };
  }
  const id: unknown = (value as { id?: unknown } | null | undefined)?.id;
  return {
    errors: error.issues.map(({ path, message, ...issue }) => ({
      message:
        issue.code === 'unrecognized_keys'
          ? unknownFields(issue.keys)
          : `${String(path[0] ?? 'sample')} ${message}`,
      ...(path.length > 0 && { path: path.join('.') }),
      ...(typeof id === 'string' && { sample_id: id }),
    })),
  };
}

const unknownFields = (keys: string[]): string =>
  `unknown field ${keys.map((key) => `'${key}'`).join(', ')}: a sample has ${Object.keys(sampleSchema.shape).join(', ')}; ` +
  'keep others in metadata, or give a field mapping';
