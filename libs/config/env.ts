import { z } from 'zod';

/** Environment values are text: these turn them into what they mean, and treat an empty value as unset. */
const unset = (value: unknown): unknown => (value === '' ? undefined : value);

export const text = (minLength = 0): z.ZodPreprocess<z.ZodOptional<z.ZodString>> =>
  z.preprocess(unset, z.string().min(minLength, `must have at least ${minLength} characters`).optional());

/** Values between commas, each by its own schema. */
export const list = <T extends z.ZodType<unknown, string>>(item: T) =>
  text()
    .transform((value = '') => value.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .pipe(z.array(item));

export const integer = (fallback: number, min: number, max: number): z.ZodType<number> =>
  z.preprocess(unset, z.coerce.number().int().min(min).max(max).default(fallback));

export const optionalInteger = (min: number, max: number): z.ZodType<number | undefined> =>
  z.preprocess(unset, z.coerce.number().int().min(min).max(max).optional());

export const oneOf = <const T extends readonly [string, ...string[]]>(
  values: T,
  fallback: T[number],
): z.ZodType<T[number]> => z.preprocess(unset, z.enum(values).default(fallback));

export const url = (protocols: RegExp): z.ZodPreprocess<z.ZodOptional<z.ZodURL>> =>
  z.preprocess(unset, z.url({ protocol: protocols }).optional());
