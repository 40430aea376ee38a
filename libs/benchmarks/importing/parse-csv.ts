import { MAX_LINE_BYTES, readLines, type ImportedRow, type Line, type RowProblem } from './lines.js';

export type CsvDelimiter = ',' | ';' | '\t' | '|';

/**
 * Records of RFC 4180 CSV as objects keyed by the header row. An empty cell is left out of its row: CSV has no
 * other way to say "absent". Line breaks inside quotes become LF.
 */
export async function* parseCsv(
  stream: AsyncIterable<Buffer | string>,
  delimiter: CsvDelimiter = ',',
): AsyncGenerator<ImportedRow[]> {
  let header: string[] | undefined;
  for await (const records of readRecords(stream)) {
    const rows: ImportedRow[] = [];
    for (const record of records) {
      const fields = 'reason' in record ? record : splitRecord(record, delimiter);
      if (header) {
        rows.push('reason' in fields ? fields : toRow(record.line, header, fields));
        continue;
      }
      const problem = 'reason' in fields ? fields : headerProblem(fields, record.line);
      if (problem) {
        // Without a header no later row has a meaning.
        yield [problem];
        return;
      }
      header = fields as string[];
    }
    yield rows;
  }
  if (!header) yield [{ line: 1, reason: 'the file is empty: the first line must name the columns' }];
}

function headerProblem(names: string[], line: number): RowProblem | undefined {
  const bad = names.findIndex((name, i) => name === '' || names.indexOf(name) !== i);
  if (bad === -1) return undefined;
  const what = names[bad] === '' ? 'has no name' : `has the same name as an earlier one, '${names[bad]}'`;
  return { line, reason: `header column ${bad + 1} ${what}` };
}

function toRow(line: number, header: string[], fields: string[]): ImportedRow {
  if (fields.length !== header.length) {
    return { line, reason: `the row has ${fields.length} fields where the header has ${header.length}` };
  }
  const cells = header.map((name, i) => [name, fields[i]] as const);
  return { line, value: Object.fromEntries(cells.filter(([, cell]) => cell !== '')) };
}

/**
 * Joins lines while a quote is open. Quotes come in pairs in a complete record, so parity tells, and the field
 * splitter never meets the end of the text inside quotes.
 */
async function* readRecords(stream: AsyncIterable<Buffer | string>): AsyncGenerator<(Line | RowProblem)[]> {
  let open: { line: number; parts: string[]; size: number } | undefined;
  for await (const lines of readLines(stream)) {
    const records: (Line | RowProblem)[] = [];
    for (const line of lines) {
      if ('reason' in line) {
        open = undefined;
        records.push(line);
        continue;
      }
      if (!open && line.text.trim() === '') continue;
      const closes = hasOddQuotes(line.text) === (open !== undefined);
      open ??= { line: line.line, parts: [], size: 0 };
      open.parts.push(line.text);
      open.size += line.text.length + 1;
      if (closes) {
        records.push({ line: open.line, text: open.parts.join('\n') });
        open = undefined;
      } else if (open.size > MAX_LINE_BYTES) {
        records.push({
          line: open.line,
          reason: 'a quote that opens in this row is not closed within 1 MiB',
        });
        open = undefined;
      }
    }
    yield records;
  }
  if (open) yield [{ line: open.line, reason: 'a quote that opens in this row is never closed' }];
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

function splitRecord({ line, text }: Line, delimiter: CsvDelimiter): string[] | RowProblem {
  const fields: string[] = [];
  for (let at = 0; ; at += 1) {
    if (text[at] === '"') {
      const closing = closingQuote(text, at);
      fields.push(text.slice(at + 1, closing).replaceAll('""', '"'));
      at = closing + 1;
      if (at < text.length && text[at] !== delimiter) {
        return { ...position(line, text, at), reason: 'text follows the closing quote of a field' };
      }
    } else {
      const next = text.indexOf(delimiter, at);
      const end = next === -1 ? text.length : next;
      const field = text.slice(at, end);
      const quote = field.indexOf('"');
      if (quote !== -1) {
        const reason =
          'a quote stands in a field that does not begin with one: quote the whole field and double it';
        return { ...position(line, text, at + quote), reason };
      }
      fields.push(field);
      at = end;
    }
    if (at === text.length) return fields;
  }
}

function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function position(line: number, text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: line + before.length - 1, column: (before.at(-1) ?? '').length + 1 };
}
