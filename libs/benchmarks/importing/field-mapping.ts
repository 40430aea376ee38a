import { RE2JS } from 're2js';
import { z } from 'zod';

const field = z.string().min(1).max(200);

const pattern = z
  .string()
  .max(1000)
  .superRefine((source, context) => {
    try {
      if (RE2JS.compile(source).groupCount() > 0) return;
      context.addIssue({ code: 'custom', message: 'needs a group (…) around the answer' });
    } catch (error) {
      context.addIssue({ code: 'custom', message: `is not a valid RE2 expression: ${String(error)}` });
    }
  });

/**
 * Which field of a row becomes which part of a sample: a field's name, or a dotted path into nested objects.
 * Fields that are not mapped become metadata.
 */
export const fieldMappingSchema = z.strictObject({
  id: field.optional(),
  input: field,
  target: field,
  choices: z
    .union([field, z.array(field).min(2).max(26)])
    .describe('One field with a list, or several fields with a choice each')
    .optional(),
  category: field.optional(),
  split: field.describe('The field that says which split a row is of').optional(),
  tags: field.describe('A list, or text with | between the tags').optional(),
  target_pattern: pattern
    .describe('RE2 expression; its first group, where it first matches, is the target')
    .optional(),
});

export type FieldMapping = z.infer<typeof fieldMappingSchema>;

type JsonObject = Record<string, unknown>;

/** Applies one mapping to rows. Remembers which optional fields it never found, so that a misspelt one can be reported. */
export class FieldMapper {
  private readonly pattern: RE2JS | undefined;
  private readonly unseen: Map<string, string>;

  constructor(private readonly mapping: FieldMapping) {
    const { target_pattern, id, choices, category, split, tags } = mapping;
    this.pattern = target_pattern === undefined ? undefined : RE2JS.compile(target_pattern);
    this.unseen = new Map(
      Object.entries({ id, choices, category, split, tags }).flatMap(([part, names]) =>
        [names ?? []].flat().map((name) => [name, part]),
      ),
    );
  }

  /** The row as JSON of a sample, yet unchecked, or why it has no target. */
  map(row: JsonObject): { json: JsonObject } | { problem: string } {
    const { id, input, target, choices, category, split, tags } = this.mapping;
    const answers = [this.read(row, target)].flat().map(toText);
    const targets = this.pattern ? answers.map((answer) => this.extract(answer)) : answers;
    if (targets.includes(null)) {
      return { problem: `target_pattern does not match the field '${target}'` };
    }
    const used = [id, input, target, choices, category, split, tags]
      .flat()
      .filter((name) => name !== undefined);
    return {
      json: {
        id: id && toText(this.read(row, id)),
        input: toText(this.read(row, input)),
        target: targets.length === 1 ? targets[0] : targets,
        choices: choices && this.readChoices(row, choices),
        category: category && toText(this.read(row, category)),
        split: split && toText(this.read(row, split)),
        tags: tags && toChoices(this.read(row, tags)),
        metadata: used.reduce((rest, name) => without(rest, pathTo(rest, name)), row),
      },
    };
  }

  /** One sentence for each field of an optional part that no row had; the others are missed row by row. */
  unseenFields(): string[] {
    return [...this.unseen].map(
      ([name, part]) => `no row has the field '${name}', which the mapping names for ${part}`,
    );
  }

  private read(row: JsonObject, name: string): unknown {
    const value = pathTo(row, name).reduce<unknown>(member, row);
    if (value !== undefined) this.unseen.delete(name);
    return value;
  }

  private readChoices(row: JsonObject, names: string | string[]): unknown {
    if (typeof names === 'string') return toChoices(this.read(row, names));
    const choices = names.map((name) => toText(this.read(row, name)));
    const last = choices.findLastIndex((choice) => choice !== undefined);
    return last === -1 ? undefined : choices.slice(0, last + 1);
  }

  private extract(answer: unknown): unknown {
    if (typeof answer !== 'string') return answer;
    const matcher = this.pattern?.matcher(answer);
    return matcher?.find() ? (matcher.group(1)?.trim() ?? null) : null;
  }
}

/** A list of choices; text may be a JSON array or be separated by `|`. */
export function toChoices(value: unknown): unknown {
  if (typeof value !== 'string') return Array.isArray(value) ? value.map(toText) : value;
  if (value.trimStart().startsWith('[')) {
    try {
      return (JSON.parse(value) as unknown[]).map(toText);
    } catch {
      // an interval such as "[0, 1)|(0, 1)" is no JSON
    }
  }
  return value.split('|').map((choice) => choice.trim());
}

const toText = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;

/** A field that really has dots in its name wins over a path. */
const pathTo = (row: JsonObject, name: string): string[] =>
  Object.hasOwn(row, name) ? [name] : name.split('.');

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as JsonObject)[key]
    : undefined;
}

/** A copy that lacks what is at `path`: a mapped target must not stay readable as metadata. */
function without(value: JsonObject, [key = '', ...rest]: string[]): JsonObject {
  if (!Object.hasOwn(value, key)) return value;
  const { [key]: inner, ...others } = value;
  if (rest.length === 0 || typeof inner !== 'object' || inner === null || Array.isArray(inner)) return others;
  return { ...others, [key]: without(inner as JsonObject, rest) };
}
