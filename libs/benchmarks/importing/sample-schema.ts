import { AppError, messageOf, type InputError } from '#libs/common';
import { compileJsonSchema, type JsonCheck } from '#libs/scoring';

/** What is wrong with a sample as it stands in JSON; empty where nothing is. */
export type SchemaProblems = (sample: unknown) => InputError[];

/**
 * Compiles a JSON Schema (2020-12, or 7 where its `$schema` says so) for samples; it asserts formats, and a keyword that
 * there is none of is refused.
 * @throws AppError `invalid_schema`
 */
export function compileSampleSchema(schema: Record<string, unknown>): SchemaProblems {
  let check: JsonCheck;
  try {
    check = compileJsonSchema(schema, true);
  } catch (error) {
    throw AppError.invalid('invalid_schema', messageOf(error));
  }
  return (sample) => {
    try {
      return check(sample).map(toInputError);
    } catch (error) {
      return [{ message: `schema: ${messageOf(error)}` }];
    }
  };
}

function toInputError({ path: pointer, message }: ReturnType<JsonCheck>[number]): InputError {
  const path = pointer.slice(1).replaceAll('/', '.');
  return { message: `schema: ${path || 'the sample'} ${message}`, ...(path !== '' && { path }) };
}
