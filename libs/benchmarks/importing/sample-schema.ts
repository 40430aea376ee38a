import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { AppError, canonicalJson, messageOf, type InputError } from '#libs/common';
import { compileRegex } from '#libs/scoring';

/** A schema with all its references written out. Each part may be asked for each value of a sample. */
const MAX_PARTS = 2_000;

type JsonSchema = Record<string, unknown>;

/** What is wrong with a sample as it stands in JSON; empty where nothing is. */
export type SchemaProblems = (sample: unknown) => InputError[];

const OPTIONS: Options = {
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  validateSchema: true,
  // Linear in the text, whatever the pattern.
  code: { regExp: Object.assign(userRegExp, { code: 'userRegExp' }) },
};

function userRegExp(pattern: string) {
  const regex = compileRegex(pattern);
  // Ajv takes two patterns that have the same text for one.
  return { test: (text: string) => regex.matcher(text).find(), toString: () => pattern };
}

/**
 * Compiles a JSON Schema (2020-12, or 7 where its `$schema` says so) for samples.
 * @throws AppError `invalid_schema`
 */
export function compileSampleSchema(schema: JsonSchema): SchemaProblems {
  let validate: ValidateFunction;
  try {
    demandBounded(schema);
    validate = newAjv(schema).compile(schema);
  } catch (error) {
    throw AppError.invalid('invalid_schema', `The schema cannot be used: ${messageOf(error)}.`);
  }
  return (sample) => (validate(sample) ? [] : (validate.errors ?? []).map(toInputError));
}

function newAjv({ $schema }: JsonSchema): Ajv {
  const isDraft7 = typeof $schema === 'string' && $schema.includes('draft-07');
  const ajv = isDraft7 ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  formats.default(ajv);
  // Ajv's own compares each entry with each other.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not have the same entry twice' },
    validate: (isUnique: boolean, entries: unknown[]) =>
      !isUnique || new Set(entries.map(canonicalJson)).size === entries.length,
  });
  return ajv;
}

/**
 * References make work grow by powers: without loops, and with so many parts when they are written out, it does not.
 * @throws Error
 */
function demandBounded(schema: JsonSchema): void {
  let parts = 0;
  const walk = (value: unknown, within: string[]): void => {
    if (typeof value !== 'object' || value === null) return;
    parts += 1;
    if (parts > MAX_PARTS)
      throw new Error(`it has more than ${MAX_PARTS} parts, with its references written out`);
    for (const [key, member] of Object.entries(value)) {
      if (key === '$ref' && typeof member === 'string') {
        if (within.includes(member)) throw new Error(`"${member}" refers to itself`);
        walk(targetOf(schema, member), [...within, member]);
      } else if (['$dynamicRef', '$recursiveRef'].includes(key) || (key === '$id' && value !== schema)) {
        if (typeof member === 'string') throw new Error(`"${key}" is not taken there`);
      } else if (key !== '$defs' && key !== 'definitions') walk(member, within);
    }
  };
  walk(schema, ['#']);
}

function targetOf(schema: JsonSchema, reference: string): unknown {
  if (reference !== '#' && !reference.startsWith('#/')) {
    throw new Error(`"${reference}" is no reference into the schema itself, such as #/$defs/name`);
  }
  return reference
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, part) => {
      if (typeof value === 'object' && value !== null && Object.hasOwn(value, part)) {
        return (value as JsonSchema)[part];
      }
      throw new Error(`"${reference}" leads nowhere`);
    }, schema);
}

function toInputError({ instancePath, message, params }: ErrorObject): InputError {
  const path = instancePath.slice(1).replaceAll('/', '.');
  const { additionalProperty, allowedValues } = params as {
    additionalProperty?: string;
    allowedValues?: unknown[];
  };
  const detail = additionalProperty ?? allowedValues?.map((value) => JSON.stringify(value)).join(', ');
  return {
    message: `schema: ${path || 'the sample'} ${message}${detail === undefined ? '' : `: ${detail}`}`,
    ...(path !== '' && { path }),
  };
}
