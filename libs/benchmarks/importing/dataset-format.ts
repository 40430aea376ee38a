import { AppError } from '#libs/common';

export const DATASET_FORMATS = ['jsonl', 'json', 'csv', 'tsv', 'parquet'] as const;

export type DatasetFormat = (typeof DATASET_FORMATS)[number];

const EXTENSIONS: Record<string, DatasetFormat> = {
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  parquet: 'parquet',
};

const GZIP = Buffer.from([0x1f, 0x8b]);
const PARQUET = Buffer.from('PAR1');

const startsWith = (head: Buffer, magic: Buffer): boolean => head.subarray(0, magic.length).equals(magic);

export const isGzip = (head: Buffer): boolean => startsWith(head, GZIP);

/**
 * What a file is: as it was said to be; else by what only one format begins with; else by its name; else by its first
 * lines. A name that ends in .json says little: many such files hold JSONL.
 * @param head the first bytes, decompressed.
 * @throws AppError `wrong_format`, `unknown_format`
 */
export function formatOf(name: string, head: Buffer, wanted?: DatasetFormat): DatasetFormat {
  const isParquet = startsWith(head, PARQUET);
  const named = wanted ?? (isParquet ? 'parquet' : EXTENSIONS[extensionOf(name)]);
  if ((named === 'parquet') !== isParquet) {
    const is = isParquet ? 'is Parquet' : 'is no Parquet: it does not begin with PAR1';
    throw AppError.invalid(
      'wrong_format',
      `"${name}" ${is}. Give the "format" that it has, or the other file.`,
    );
  }
  const format =
    named ??
    formatOfText(
      head
        .toString()
        .replace(/^\ufeff/, '')
        .trimStart(),
    );
  if (format) return format;
  throw AppError.invalid(
    'unknown_format',
    `What "${name}" is can be told neither by its name nor by its first line. Give "format": ${DATASET_FORMATS.join(', ')}.`,
  );
}

const extensionOf = (name: string): string => name.toLowerCase().replace(/\.gz$/, '').split('.').at(-1) ?? '';

function formatOfText(text: string): DatasetFormat | undefined {
  const [line = '', ...more] = text.split('\n', 2);
  if (text.startsWith('[')) return 'json';
  if (text.startsWith('{')) return opensDocument(line.trim(), more.length > 0) ? 'json' : 'jsonl';
  return line.includes('\t') ? 'tsv' : line.includes(',') ? 'csv' : undefined;
}

/** Whether the line begins an object that goes on below, or is one around the rows: JSONL has a row on each line. */
function opensDocument(line: string, hasMore: boolean): boolean {
  if (hasMore) return /^\{\s*("[^"]*"\s*:\s*(\[\s*\{?|"[^"]*",|[\w.+-]+,))?$/.test(line);
  try {
    const fields = Object.values(JSON.parse(line) as object);
    return fields.filter((field) => Array.isArray(field) && typeof field[0] === 'object').length === 1;
  } catch {
    return true;
  }
}
