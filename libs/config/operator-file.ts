import { readFileSync } from 'node:fs';
import { z } from 'zod';

export type Complain = (variable: string, message: string) => void;

/** By which users name what the operator's file holds. */
export const ENTRY_NAME = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);

/** Names of variables of this process that a program gets. It gets no others but PATH. */
export const VARIABLES = z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)).default([]);

/** What the JSON file holds that `variable` names; undefined where there is none, or it is wrong and was complained of. */
export function readOperatorFile<T>(
  env: Record<string, unknown>,
  variable: string,
  schema: z.ZodType<T>,
  complain: Complain,
): T | undefined {
  const file = env[variable];
  if (typeof file !== 'string') return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    complain(variable, `does not hold readable JSON. ${(error as Error).message}`);
    return undefined;
  }
  const { data, error } = schema.safeParse(content);
  for (const { path, message } of error?.issues ?? []) complain(variable, `${path.join('.')}: ${message}`);
  return data;
}

/** The environment of a program that names these variables. */
export function passedOn(env: Record<string, unknown>, names: string[]): Record<string, string> {
  return Object.fromEntries(
    ['PATH', ...names].flatMap((name) => {
      const value = env[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
