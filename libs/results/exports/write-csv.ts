import type { ResultJson } from '../trial-json.js';
import type { ResultColumn } from './result-columns.js';

/** RFC 4180, with a header, a piece for each batch. */
export async function* writeCsv(
  batches: AsyncIterable<ResultJson[]>,
  columns: readonly ResultColumn[],
): AsyncGenerator<string> {
  yield `${columns.map(({ name }) => csvCell(name)).join()}\r\n`;
  for await (const results of batches) {
    yield results.map((result) => `${columns.map(({ of }) => csvCell(of(result))).join()}\r\n`).join('');
  }
}

const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP's "CSV Injection" advises:
 * agents write what they like, and somebody opens it in Excel. Numbers stay numbers.
 */
export function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
