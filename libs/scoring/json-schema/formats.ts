import { fullFormats, type FormatName } from 'ajv-formats/dist/formats.js';
import { patternProblem } from '../user-regex.js';

/** Some formats' expressions take time that is quadratic in the text. */
const MAX_CHARACTERS = 4_000;

/**
 * Whether a value has a format; one of another type than the format is for has it.
 * @throws Error where there is no such format
 */
export function formatOf(name: string): (value: unknown) => boolean {
  // Compiling an expression of users is RE2's affair alone.
  if (name === 'regex') return (value) => typeof value !== 'string' || patternProblem(value) === null;
  const format = Object.hasOwn(fullFormats, name) ? fullFormats[name as FormatName] : undefined;
  if (format === undefined) throw new Error(`there is no format "${name}"`);
  if (format === true) return () => true;
  const isNumeric = typeof format === 'object' && 'type' in format && format.type === 'number';
  const judge = typeof format === 'object' && 'validate' in format ? format.validate : format;
  const has = (judge instanceof RegExp ? (text: string) => judge.test(text) : judge) as (
    value: unknown,
  ) => boolean;
  return (value) => {
    if (isNumeric) return typeof value !== 'number' || has(value);
    return typeof value !== 'string' || (value.length <= MAX_CHARACTERS && has(value));
  };
}
