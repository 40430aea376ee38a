import { parse } from 'yaml';

export type FileRow = Record<string, unknown>;

export interface FileHead {
  /** The text at its beginning, as far as it is text. */
  text: string;
  rows: FileRow[];
}

const HEAD_BYTES = 256 * 1024;
const ROWS = 10;

/** The first rows of a file as the browser reads them. Whether all of them are right the service says. */
export async function firstRows(file: File): Promise<FileHead> {
  if (/\.parquet$/i.test(file.name)) return { text: '', rows: await firstOfParquet(file) };
  const isWhole = file.size <= HEAD_BYTES;
  const text = await headOf(file);
  const name = file.name.replace(/\.gz$/i, '');
  return { text, rows: rowsOf(name, text, isWhole).slice(0, ROWS) };
}

async function headOf(file: File): Promise<string> {
  if (!/\.gz$/i.test(file.name)) return file.slice(0, HEAD_BYTES).text();
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < HEAD_BYTES) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

function rowsOf(name: string, text: string, isWhole: boolean): FileRow[] {
  if (/\.csv$/i.test(name)) return firstOfTable(text, ',');
  if (/\.(tsv|tab)$/i.test(name)) return firstOfTable(text, '\t');
  const lines = firstOfJsonLines(text);
  if (lines.length > 0 || !isWhole) return lines;
  try {
    const value = parse(text) as unknown;
    // What holds itself, as YAML can, is no data: this throws.
    JSON.stringify(value);
    const list = Array.isArray(value) ? (value as unknown[]) : Object.values(value ?? {}).find(Array.isArray);
    return ((list ?? []) as unknown[]).filter(isRow);
  } catch {
    return [];
  }
}

const isRow = (value: unknown): value is FileRow =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function firstOfJsonLines(text: string): FileRow[] {
  const rows: FileRow[] = [];
  for (const line of text.split('\n', ROWS)) {
    try {
      const row = JSON.parse(line) as unknown;
      if (isRow(row)) rows.push(row);
    } catch {
      break;
    }
  }
  return rows;
}

/** RFC 4180: a quoted field may hold the separator, line breaks, and quotes as two. */
function firstOfTable(text: string, separator: string): FileRow[] {
  const records: string[][] = [[]];
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^${separator}\\r\\n]*))(${separator}|\\r?\\n|$)`, 'gy');
  for (const [whole, quoted, plain = '', end] of text.replace(/^\ufeff/, '').matchAll(field)) {
    if (whole === '' && end === '') break;
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === separator) continue;
    if (end === '' || records.length > ROWS) break;
    records.push([]);
  }
  const [head = [], ...rest] = records;
  return rest
    .filter((record) => record.length > 0 && record.join('') !== '')
    .map((record) => Object.fromEntries(head.map((name, i) => [name, record[i]])));
}

async function firstOfParquet(file: File): Promise<FileRow[]> {
  const [{ parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const buffer = {
    byteLength: file.size,
    slice: (start: number, end?: number) => file.slice(start, end).arrayBuffer(),
  };
  return parquetReadObjects({ file: buffer, compressors, rowEnd: ROWS });
}
