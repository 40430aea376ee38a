import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { messageOf } from '#libs/common';
import { readLines, type ImportedRow } from './lines.js';

/** One JSON object a line; blank lines are skipped. A bad line is reported and the next one read. */
export async function* parseJsonl(stream: AsyncIterable<Buffer | string>): AsyncGenerator<ImportedRow[]> {
  for await (const lines of readLines(stream)) {
    const rows: ImportedRow[] = [];
    for (const line of lines) {
      if ('reason' in line) rows.push(line);
      else if (line.text.trim() !== '') rows.push({ line: line.line, ...parseObject(line.text) });
    }
    yield rows;
  }
}

/** The object that the text is, or where and why it is none; `column` is 1-based from the start of the text. */
export function parseObject(
  text: string,
): { value: Record<string, unknown> } | { column: number; reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return locate(text, error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { value: value as Record<string, unknown> };
  }
  const kind = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  return { column: text.search(/\S/) + 1, reason: `a JSON object is expected, not ${kind}` };
}

/** V8 often gives no position; jsonc-parser always does, but is slower, so it sees failures only. */
function locate(text: string, thrown: unknown): { column: number; reason: string } {
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch {
    // Nested so deeply that it overflows the stack: V8's own words have to do.
  }
  const [first] = errors;
  if (!first) return { column: 1, reason: `invalid JSON: ${messageOf(thrown)}` };
  const words = printParseErrorCode(first.error).replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  return { column: first.offset + 1, reason: `invalid JSON: ${words.toLowerCase()}` };
}
