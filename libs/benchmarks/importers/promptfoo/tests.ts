import { AppError } from '#libs/common';
import { parseJsonl } from '../../importing/parse-jsonl.js';
import { oneByOne } from '../../importing/one-by-one.js';
import { Readable } from 'node:stream';
import { readCsvTests } from './csv-tests.js';
import {
  below,
  isCodeFile,
  isFile,
  isObject,
  parsed,
  type Import,
  type Json,
  type Located,
} from './source.js';

/** A test with all that holds for it; what `parts` say together, the later winning. */
export interface FooTest {
  parts: Located[];
  at: Located['at'];
}

const MAX_TESTS = 100_000;

/** All tests of a configuration: those listed, those in files, and those of its scenarios. */
export async function readTests(source: Import, config: Located): Promise<FooTest[]> {
  const defaults = source.resolved(below(config, 'defaultTest'));
  const tests: FooTest[] = (await listed(source, below(config, 'tests'))).map((test) => ({
    parts: [defaults, test],
    at: test.at,
  }));
  const scenarios = await listed(source, below(config, 'scenarios'));
  for (const scenario of scenarios) {
    const configs = await listed(source, below(scenario, 'config'));
    const own = await listed(source, below(scenario, 'tests'));
    for (const data of configs) {
      for (const test of own.length > 0 ? own : [{ ...data, value: {} }]) {
        tests.push({ parts: [defaults, data, test], at: test.at });
      }
      if (tests.length > MAX_TESTS) throw tooMany();
    }
  }
  return tests;
}

export const tooMany = (): AppError =>
  AppError.invalid(
    'too_many_tests',
    `The configuration comes to more than ${MAX_TESTS} tests. Split it, or give fewer values to its variables.`,
  );

/** The members of a list, some of which may be files of more. */
async function listed(source: Import, located: Located): Promise<Located[]> {
  const { value, at } = located;
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const all: Located[] = [];
    for (const i of value.keys()) all.push(...(await listed(source, below(located, i))));
    return all;
  }
  const made: unknown = isObject(value) && value.path !== undefined ? value.path : value;
  if (typeof made === 'string' && isCodeFile(made)) {
    source.foundCode(at(), `what makes tests, ${made},`, true);
    return [];
  }
  if (isObject(value)) return [located];
  const name = typeof value === 'string' ? value : JSON.stringify(value);
  const isThere = isFile(value) || source.has(name) || /\.(?:csv|jsonl?|ya?ml)$/.test(name);
  if (isThere) return fromFile(source, name, at());
  source.omissions.add(at().path, `Left out. Tests are not fetched from "${name}".`);
  return [];
}

async function fromFile(source: Import, reference: string, where: { path: string }): Promise<Located[]> {
  const { name, text } = source.read(reference, where);
  if (name.endsWith('.csv')) return readCsvTests(name, text);
  if (!name.endsWith('.jsonl')) return listed(source, parsed(text, name));
  const tests: Located[] = [];
  for await (const row of oneByOne(parseJsonl(Readable.from([text])))) {
    if ('reason' in row) {
      throw AppError.invalid(
        'invalid_jsonl',
        `${name}, line ${row.line}: ${row.reason}. Mend it and send all again.`,
      );
    }
    tests.push({
      value: row.value,
      at: (...path) => ({ path: `${name}: line ${row.line}${path.length > 0 ? `, ${path.join('.')}` : ''}` }),
    });
  }
  return tests;
}

/** A map that several parts of a test have, such as `vars`, in one. */
export const merged = ({ parts }: FooTest, key: string): Json =>
  Object.assign(
    {},
    ...parts.map(({ value }) => (isObject(value) && isObject(value[key]) ? value[key] : {})),
  ) as Json;

/** What the last part that says anything of a key says. */
export const lastOf = ({ parts }: FooTest, key: string): unknown =>
  parts
    .map(({ value }) => (isObject(value) ? value[key] : undefined))
    .findLast((value) => value !== undefined);

/** Every combination of the variables that are lists of texts, as promptfoo expands them. */
export function combinations(vars: Json): Json[] {
  let all: Json[] = [{}];
  for (const [name, value] of Object.entries(vars)) {
    const values: unknown[] = Array.isArray(value) && typeof value[0] === 'string' ? value : [value];
    all = all.flatMap((combination) => values.map((one) => ({ ...combination, [name]: one })));
    if (all.length > MAX_TESTS) throw tooMany();
  }
  return all;
}
