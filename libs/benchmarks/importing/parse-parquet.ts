import type { FileHandle } from 'node:fs/promises';
import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { AppError, messageOf } from '#libs/common';
import type { DatasetRow } from './dataset-row.js';

/** Rows are decoded a group at a time, so this bounds the memory that a file can ask for. */
const MAX_GROUP_BYTES = 256 * 1024 * 1024;
const MAX_GROUP_ROWS = 2_000_000;
/** Rows that are converted at a time. */
const BATCH = 1000;
/** The description of all groups and columns, behind the rows. */
const MAX_FOOTER_BYTES = 64 * 1024 * 1024;

/**
 * Rows of a Parquet file, read by byte ranges, one row group at a time; `row` is 1-based. Nulls are left out of a row.
 * Dates and times become ISO 8601 text; integers beyond 2^53 become text; so does what JSON has no number for.
 * @throws AppError `invalid_parquet` where the file, or a group of its rows, cannot be read at all.
 */
export async function* parseParquet(handle: FileHandle): AsyncGenerator<DatasetRow[]> {
  const file = await toAsyncBuffer(handle);
  const metadata = await attempt('', () => readMetadata(file));
  let rowStart = 0;
  for (const [i, { num_rows, columns }] of metadata.row_groups.entries()) {
    const size = columns.reduce(
      (sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0),
      0,
    );
    if (size > MAX_GROUP_BYTES || num_rows > MAX_GROUP_ROWS) throw tooLarge(i + 1);
    const rowEnd = rowStart + Number(num_rows);
    const rows = await attempt(`row group ${i + 1}: `, () =>
      parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors: LIMITED, parsers: PARSERS }),
    );
    for (let from = 0; from < rows.length; from += BATCH) {
      const first = rowStart + from + 1;
      yield rows.slice(from, from + BATCH).map((row, at) => ({ row: first + at, ...toRow(row) }));
    }
    rowStart = rowEnd;
  }
}

async function toAsyncBuffer(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const length = end - start;
      if (start < 0 || length < 0 || end > size) throw new Error('it refers to bytes that it does not have');
      const bytes = new Uint8Array(length);
      let read = 0;
      while (read < length) {
        const { bytesRead } = await handle.read(bytes, read, length - read, start + read);
        if (bytesRead === 0) throw new Error('it became shorter while it was read');
        read += bytesRead;
      }
      return bytes.buffer;
    },
  };
}

async function readMetadata(file: AsyncBuffer): Promise<FileMetaData> {
  const tail = new DataView(await file.slice(Math.max(0, file.byteLength - 8)));
  if (tail.byteLength === 8 && tail.getUint32(0, true) > MAX_FOOTER_BYTES) {
    throw new Error('its description of itself is longer than 64 MiB, or the file is cut off');
  }
  return parquetMetadataAsync(file, { geoparquet: false });
}

async function attempt<T>(where: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reason = messageOf(error).replace(/^parquet /, '');
    throw AppError.invalid(
      'invalid_parquet',
      `The Parquet file cannot be read: ${where}${reason}. Nothing was stored. Write the file again.`,
    );
  }
}

const tooLarge = (group: number): AppError =>
  AppError.invalid(
    'row_group_too_large',
    `Row group ${group} of the Parquet file has more than 256 MiB or 2,000,000 rows. Nothing was stored. Write it with smaller row groups, such as row_group_size=100000.`,
  );

/** A page says how long it gets: none may claim more than its whole group may have. */
const LIMITED = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > MAX_GROUP_BYTES) throw new Error('a page of it is larger than 256 MiB');
      return decompress(input, length);
    },
  ]),
);

/** What stands in a row for bytes that are no text. */
class NotText {}

const decoder = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Uint8Array): string | NotText {
  try {
    return decoder.decode(bytes);
  } catch {
    return new NotText();
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  try {
    return typeof text === 'string' ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

/** The time so many units after 1970, with as many digits as the unit has. */
function timeOf(units: bigint, perSecond: bigint): string {
  const fraction = ((units % perSecond) + perSecond) % perSecond;
  const seconds = Number((units - fraction) / perSecond);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return String(units);
  const digits = String(fraction).padStart(String(perSecond).length - 1, '0');
  return date.toISOString().replace('.000Z', `.${digits}Z`);
}

const PARSERS = {
  stringFromBytes: textOf,
  jsonFromBytes: jsonOf,
  dateFromDays: (days: number) => timeOf(BigInt(days) * 86_400n, 1n).split('T')[0],
  timestampFromMilliseconds: (units: bigint | number) => timeOf(BigInt(units), 1_000n),
  timestampFromMicroseconds: (units: bigint) => timeOf(units, 1_000_000n),
  timestampFromNanoseconds: (units: bigint) => timeOf(units, 1_000_000_000n),
};

function toRow(row: Record<string, unknown>): { value: Record<string, unknown> } | { reason: string } {
  const cells = Object.entries(row).map(([name, cell]) => [name, toJson(cell)] as const);
  const bad = cells.find(([, cell]) => holdsNotText(cell));
  if (bad) return { reason: `the column '${bad[0]}' holds bytes that are not valid UTF-8` };
  return { value: Object.fromEntries(cells.filter(([, cell]) => cell !== null && cell !== undefined)) };
}

function toJson(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint': {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    }
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      if (value === null || value instanceof NotText) return value;
      if (value instanceof Date) return value.toJSON();
      if (ArrayBuffer.isView(value))
        return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
      if (Array.isArray(value)) return value.map(toJson);
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)]));
    default:
      return value;
  }
}

function holdsNotText(value: unknown): boolean {
  if (value instanceof NotText) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNotText);
}
