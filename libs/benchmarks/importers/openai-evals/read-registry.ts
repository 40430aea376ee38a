import { z } from 'zod';
import { AppError, type InputError } from '#libs/common';
import { parseYaml } from '../../definition/parse-yaml.js';

const entrySchema = z.looseObject({
  id: z.string().optional(),
  class: z.string().optional(),
  args: z.record(z.string(), z.unknown()).nullish(),
  description: z.string().optional(),
  metrics: z.array(z.string()).optional(),
});

export interface RegisteredEval {
  name: string;
  class: string;
  args: Record<string, unknown>;
  description?: string;
  /** Of the entry and of its alias: what is not read here. */
  others: Record<string, unknown>;
  /** Line of the class, or of the whole. */
  line?: number;
}

/**
 * One eval of a registry's YAML: that of the name given, through its alias, or the only one.
 * @throws AppError `invalid_yaml`, `invalid_registry`, `eval_not_found` naming those that there are
 */
export function readRegistry(text: string, wanted?: string): RegisteredEval {
  const { value, placeOf } = parseYaml(text);
  const parsed = z.record(z.string(), entrySchema).safeParse(value);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }): InputError => ({
      message,
      path: path.join('.'),
      ...placeOf(path),
    }));
    throw AppError.invalid(
      'invalid_registry',
      `The registry is no map of evals: ${errors[0]?.path} ${errors[0]?.message}. Send the YAML of registry/evals.`,
      errors,
    );
  }
  const entries = parsed.data;
  const names = Object.keys(entries);
  const withClass = names.filter((name) => entries[name]?.class !== undefined);
  const name = wanted ?? (withClass.length === 1 ? withClass[0] : undefined);
  const alias = name === undefined || !Object.hasOwn(entries, name) ? undefined : entries[name];
  const id = alias?.class === undefined ? alias?.id : name;
  const entry = id !== undefined && Object.hasOwn(entries, id) ? entries[id] : undefined;
  if (name === undefined || id === undefined || entry?.class === undefined) {
    const what =
      wanted === undefined ? `There are ${withClass.length} evals in it` : `There is no eval "${wanted}"`;
    throw AppError.invalid(
      'eval_not_found',
      `${what}. Name one in "eval": ${names.join(', ') || 'there is none'}.`,
    );
  }
  // Either may describe the eval, so that the alias of the only eval is looked for as well.
  const named = wanted === undefined ? Object.values(entries).find((other) => other.id === id) : alias;
  const { id: _id, class: _class, args: _args, description, ...others } = { ...named, ...entry };
  return {
    name,
    class: entry.class,
    args: entry.args ?? {},
    description,
    others,
    ...placeOf([id, 'class']),
  };
}
