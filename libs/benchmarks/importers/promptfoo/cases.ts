import { AppError, messageOf } from '#libs/common';
import {
  below,
  isCodeReference,
  isFile,
  isObject,
  parsed,
  type Import,
  type Json,
  type Located,
} from './source.js';
import { combinations, lastOf, merged, type FooTest } from './tests.js';
import type { Texts } from './texts.js';
import type { ToAssertion } from './to-assertion.js';

const READ_TEST_KEYS = ['description', 'vars', 'assert', 'threshold', 'metadata', 'options', 'prompts'];
const READ_OPTIONS = ['prefix', 'suffix', 'disableVarExpansion'];
const CODE_OPTIONS = ['transform', 'postprocess', 'transformVars'];
/** A test with one value for each of its variables. */
export interface Case {
  id: string;
  at: Located['at'];
  vars: Json;
  assertions: Json[];
  threshold: number | undefined;
  metadata: Json;
  affixes: { prefix?: string; suffix?: string };
  /** Labels of the prompts that it is for; undefined: all. */
  only: string[] | undefined;
}

/** The cases of a test, one for each combination of its variables; none where it is left out, which is named. */
export function casesOf(
  source: Import,
  texts: Texts,
  toAssertion: ToAssertion,
  test: FooTest,
  id: string,
): Case[] {
  if (hasCode(source, test)) return [];
  for (const part of test.parts) noteTestKeys(source, part);
  const { path } = test.at();
  const options = merged(test, 'options');
  const given = Object.fromEntries(
    Object.entries(merged(test, 'vars')).map(([key, value]) => [key, readVar(source, value, path)]),
  );
  const threshold = lastOf(test, 'threshold');
  const only = lastOf(test, 'prompts');
  const all = options.disableVarExpansion === true ? [given] : combinations(given);
  return all.flatMap((combination, i) => {
    try {
      const vars = texts.renderAll(combination, combination) as Json;
      const assertions = test.parts.flatMap((part) => toAssertion.all(below(part, 'assert'), vars));
      if (assertions.length === 0) throw new Error('No assertion is left by which it could be judged');
      const description = lastOf(test, 'description');
      return [
        {
          id: all.length > 1 ? `${id}-${i + 1}` : id,
          at: test.at,
          vars,
          assertions,
          threshold: typeof threshold === 'number' && Number.isFinite(threshold) ? threshold : undefined,
          metadata: { ...(typeof description === 'string' && { description }), ...merged(test, 'metadata') },
          affixes: affixesOf(options),
          only: only === undefined ? undefined : [only].flat().map(String),
        },
      ];
    } catch (error) {
      if (error instanceof AppError) throw error;
      source.omissions.add(path, `Left out. ${messageOf(error)}.`);
      return [];
    }
  });
}

/** Whether code stands between a test and its answers; without it, they would be others. */
function hasCode(source: Import, { parts }: FooTest): boolean {
  let found = false;
  parts.forEach((part, i) => {
    if (!isObject(part.value)) return;
    const { options, vars = {}, assertScoringFunction } = part.value;
    const isDefault = i === 0;
    const note = (key: string, at: Located['at'], what = `"${key}"`): void => {
      found = true;
      source.foundCode(at(key), what, isDefault);
    };
    for (const key of CODE_OPTIONS) {
      if (isObject(options) && options[key] !== undefined) note(key, below(part, 'options').at);
    }
    if (assertScoringFunction !== undefined) note('assertScoringFunction', part.at);
    for (const [key, value] of Object.entries(vars as Json)) {
      if (isCodeReference(value)) note(key, below(part, 'vars').at, String(value));
    }
    if (isCodeReference(part.value.vars)) note('vars', part.at, String(part.value.vars));
  });
  return found;
}

function noteTestKeys(source: Import, { value, at }: Located): void {
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    if (!READ_TEST_KEYS.includes(key)) source.omissions.add(at(key).path, `"${key}" of a test has no twin.`);
  }
  if (!isObject(value.options)) return;
  for (const key of Object.keys(value.options)) {
    if (![...READ_OPTIONS, ...CODE_OPTIONS].includes(key)) {
      source.omissions.add(at('options', key).path, `The option "${key}" of a test has no twin.`);
    }
  }
}

function readVar(source: Import, value: unknown, path: string): unknown {
  if (!isFile(value)) return value;
  const { name, text } = source.read(value, { path });
  return /\.(?:json|ya?ml)$/.test(name) ? parsed(text, name).value : text;
}

const affixesOf = ({ prefix, suffix }: Json): Case['affixes'] => ({
  ...(typeof prefix === 'string' && { prefix }),
  ...(typeof suffix === 'string' && { suffix }),
});
