import { _, type CodeKeywordDefinition } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { messageOf } from '#libs/common';
import { compileRegex, firstMatch } from '../../user-regex.js';
import { isDeeperThan } from './json-output.js';

const MAX_CHARACTERS = 20_000;
const MAX_DEPTH = 32;
/** References followed for one value: a few of them, each twice in the next, would otherwise be followed for ever. */
const MAX_REFERENCES = 100_000;

/**
 * What is wrong with a value, or null.
 * @throws Error when it takes too long to tell
 */
export type JsonCheck = (value: unknown) => string | null;

/** `code` is only for source code that nobody asks for; `toString` is the key of ajv's cache. */
const linearRegExp = Object.assign(
  (pattern: string) => {
    const regex = compileRegex(pattern);
    return { test: (text: string) => firstMatch(regex, text) !== null, toString: () => pattern };
  },
  { code: 'linearRegExp' },
);

/**
 * Compiles a JSON Schema of draft 2020-12. Patterns are in RE2 syntax; `format` is not asserted, as in that draft.
 * @throws Error saying why it cannot be used
 */
export function compileJsonSchema(schema: Record<string, unknown>): JsonCheck {
  if (isDeeperThan(schema, MAX_DEPTH))
    throw new Error(`The schema is nested deeper than ${MAX_DEPTH} levels.`);
  if (JSON.stringify(schema).length > MAX_CHARACTERS) {
    throw new Error(`The schema has more than ${MAX_CHARACTERS} characters.`);
  }
  let references = 0;
  const spend = (): void => {
    if (++references > MAX_REFERENCES) throw new Error('Following its references takes too long.');
  };
  const ajv = new Ajv2020({
    strict: false,
    validateFormats: false,
    inlineRefs: false,
    logger: false,
    code: { regExp: linearRegExp },
  });
  for (const keyword of ['$ref', '$dynamicRef']) {
    const definition = ajv.getKeyword(keyword) as CodeKeywordDefinition;
    ajv.removeKeyword(keyword).addKeyword({
      ...definition,
      code(context, type) {
        context.gen.code(_`${context.gen.scopeValue('func', { ref: spend })}()`);
        definition.code(context, type);
      },
    });
  }
  let validate;
  try {
    validate = ajv.compile(schema);
  } catch (error) {
    throw new Error(`The JSON Schema cannot be used: ${messageOf(error)}. Write it in draft 2020-12.`, {
      cause: error,
    });
  }
  if ('$async' in validate) throw new Error('The JSON Schema may not be asynchronous. Leave out "$async".');
  return (value) => {
    references = 0;
    if (validate(value)) return null;
    return ajv.errorsText(validate.errors, { dataVar: '' });
  };
}

/** Why a schema cannot be used, or null. */
export function jsonSchemaProblem(schema: Record<string, unknown>): string | null {
  try {
    compileJsonSchema(schema);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
