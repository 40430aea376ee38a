import { Readable } from 'node:stream';
import { AppError } from '#libs/common';
import { oneByOne } from '../../importing/one-by-one.js';
import { parseCsv } from '../../importing/parse-csv.js';
import { CODE_TYPES, TWINS } from './assertion-types.js';
import { isCodeReference, isObject, type Json, type Located } from './source.js';

const LISTS = /^(?:not-)?i?contains-(?:any|all)$/;
const ASSERTION = /^((?:not-)?[a-z][a-z:-]*?)(?:\((\d+(?:\.\d+)?)\))?(?::(.*))?$/s;
/** Types that a cell may name besides those that have a twin: what follows their colon is no expected text. */
const OTHERS = [
  ...CODE_TYPES,
  'similar',
  'contains-json',
  'webhook',
  'is-sql',
  'is-xml',
  'finish-reason',
  'meteor',
  'gleu',
  'perplexity',
];

/** Tests of a CSV file, a row each, as promptfoo reads it. @throws AppError `invalid_csv` with lines */
export async function readCsvTests(name: string, text: string): Promise<Located[]> {
  const rows: { line: number; value: Record<string, string> }[] = [];
  for await (const row of oneByOne(parseCsv(Readable.from([text])))) {
    if ('reason' in row) {
      throw AppError.invalid(
        'invalid_csv',
        `${name}, line ${row.line}: ${row.reason}. Mend it and send all again.`,
        [{ message: row.reason, line: row.line, path: name }],
      );
    }
    rows.push(row as (typeof rows)[number]);
  }
  // Our reader leaves out empty cells, which are empty texts there.
  const columns = [...new Set(rows.flatMap(({ value }) => Object.keys(value)))];
  return rows.map(({ line, value }) => ({
    value: testOf(columns.map((column) => [column, value[column] ?? ''])),
    at: (...path) => ({ path: `${name}: line ${line}${path.length > 0 ? `, ${path.join('.')}` : ''}` }),
  }));
}

function testOf(cells: (readonly [string, string])[]): Json {
  const vars: Json = {};
  const options: Json = {};
  const metadata: Json = {};
  const test: Json = {};
  const asserts: Json[] = [];
  const configs: [string, string][] = [];
  for (const [column, cell] of cells) {
    const special = /^__(\w+)/.exec(column)?.[1] ?? '';
    if (special === '' && !column.startsWith('__')) vars[column] = cell;
    else if (cell === '') continue;
    else if (special.startsWith('expected')) asserts.push(assertionOf(cell));
    else if (special === 'prefix' || special === 'suffix') options[special] = cell;
    else if (special === 'description' || special === 'metric') test[special] = cell;
    else if (special === 'threshold') test.threshold = Number(cell);
    else if (special === 'metadata') addMetadata(metadata, column, cell);
    else if (special === 'config') configs.push([column, cell]);
    else test[column] = cell;
  }
  const { metric, ...rest } = test;
  configure(asserts, configs, rest);
  const all = metric === undefined ? asserts : asserts.map((one) => ({ ...one, metric }));
  return { ...rest, vars, assert: all, options, metadata };
}

function addMetadata(metadata: Json, column: string, cell: string): void {
  const [, key] = column.split(':');
  if (key === undefined) return;
  if (key.endsWith('[]'))
    metadata[key.slice(0, -2)] = cell.split(/(?<!\\),/).map((part) => part.trim().replace('\\,', ','));
  else metadata[key] = cell;
}

/** `__config:__expected2:threshold`, of one assertion or, without a number, of the first. */
function configure(asserts: Json[], configs: [string, string][], test: Json): void {
  for (const [column, cell] of configs) {
    const [, expected = '', key = ''] = column.split(':');
    const place = Number(/\d+$/.exec(expected)?.[0] ?? 1) - 1;
    const assertion = asserts[place];
    if (isObject(assertion) && key === 'threshold') assertion.threshold = Number(cell);
    else test[column] = cell;
  }
}

/** `contains: Paris`, `similar(0.8): Paris`, or only what the output is to equal. */
function assertionOf(cell: string): Json {
  const script = /^(?:javascript|fn|eval):(.*)$/s.exec(cell);
  if (script) return { type: 'javascript', value: script[1]?.trim() };
  if (isCodeReference(cell)) return { type: 'javascript', value: cell };
  if (cell.startsWith('grade:')) return { type: 'llm-rubric', value: cell.slice('grade:'.length).trim() };
  const [, type = '', threshold, value] = ASSERTION.exec(cell) ?? [];
  const base = type.replace(/^not-/, '');
  if (!Object.hasOwn(TWINS, base) && !OTHERS.includes(base)) return { type: 'equals', value: cell };
  const trimmed = value?.trim();
  return {
    type,
    ...(trimmed && { value: LISTS.test(type) ? trimmed.split(',').map((part) => part.trim()) : trimmed }),
    ...(threshold !== undefined && { threshold: Number(threshold) }),
  };
}
