import { mkdtemp, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatasetRow } from './dataset-row.js';
import { oneByOne } from './one-by-one.js';
import { parseParquet } from './parse-parquet.js';

type Options = Parameters<typeof parquetWriteBuffer>[0];

describe('parseParquet', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'parquet-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const withFile = async <T>(bytes: Uint8Array, use: (handle: FileHandle) => Promise<T>): Promise<T> => {
    const path = join(folder, 'file');
    await writeFile(path, bytes);
    const handle = await open(path);
    return use(handle).finally(() => handle.close());
  };
  const readBytes = (bytes: Uint8Array): Promise<DatasetRow[]> =>
    withFile(bytes, (handle) => Readable.from(oneByOne(parseParquet(handle))).toArray());
  const read = (options: Options): Promise<DatasetRow[]> =>
    readBytes(new Uint8Array(parquetWriteBuffer(options)));
  const values = async (options: Options): Promise<unknown[]> =>
    (await read(options)).map((row) => ('value' in row ? row.value : row));

  it('reads text, numbers and booleans, and leaves nulls out', async () => {
    const rows = await read({
      columnData: [
        { name: 'text', data: ['a', null, 'ü'], type: 'STRING' },
        { name: 'count', data: [1, 2, 3], type: 'INT32' },
        { name: 'share', data: [0.5, null, Infinity], type: 'DOUBLE' },
        { name: 'ok', data: [true, false, null], type: 'BOOLEAN' },
      ],
    });
    expect(rows).toEqual([
      { row: 1, value: { text: 'a', count: 1, share: 0.5, ok: true } },
      { row: 2, value: { count: 2, ok: false } },
      { row: 3, value: { text: 'ü', count: 3, share: 'Infinity' } },
    ]);
  });

  it('keeps every digit of large integers', async () => {
    const data = [1n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 63n)];
    expect(await values({ columnData: [{ name: 'n', data, type: 'INT64' }] })).toEqual([
      { n: 1 },
      { n: 9007199254740991 },
      { n: '9007199254740992' },
      { n: '-9223372036854775808' },
    ]);
  });

  it('gives dates and times as ISO 8601', async () => {
    const data = [new Date('1969-07-20T20:17:40.123Z')];
    const rows = await values({
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'REQUIRED' },
        { name: 'at', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'REQUIRED' },
        {
          name: 'exactly',
          type: 'INT64',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
          repetition_type: 'REQUIRED',
        },
      ],
      columnData: [
        { name: 'day', data: [new Date('1969-07-20')] },
        { name: 'at', data },
        { name: 'exactly', data: [-1n] },
      ],
    });
    expect(rows).toEqual([
      { day: '1969-07-20', at: '1969-07-20T20:17:40.123Z', exactly: '1969-12-31T23:59:59.999999Z' },
    ]);
  });

  it('reads lists and structures, with their nulls', async () => {
    const rows = await values({
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'list', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', type: 'INT64' },
      ],
      columnData: [{ name: 'list', data: [[1n, null, 2n ** 60n], [], null] }],
    });
    expect(rows).toEqual([{ list: [1, null, String(2n ** 60n)] }, { list: [] }, {}]);
  });

  it('reads row group after row group, and numbers rows through', async () => {
    const data = Array.from({ length: 2500 }, (_, i) => `text ${i}`);
    const rows = await read({ columnData: [{ name: 't', data, type: 'STRING' }], rowGroupSize: 1200 });
    expect(rows.map(({ row }) => row)).toEqual(data.map((_, i) => i + 1));
    expect(rows.map((row) => 'value' in row && row.value.t)).toEqual(data);
  });

  it('names the row whose text is not UTF-8', async () => {
    const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
    const rows = await read({
      columnData: [{ name: 't', data: [bytes('a'), bytes('\xff'), bytes('c')], type: 'BYTE_ARRAY' }],
    });
    expect(rows).toEqual([
      { row: 1, value: { t: 'a' } },
      { row: 2, reason: "the column 't' holds bytes that are not valid UTF-8" },
      { row: 3, value: { t: 'c' } },
    ]);
  });

  it.each([
    ['cut off', (file: Uint8Array) => file.subarray(0, file.length - 20)],
    ['of its first bytes alone', (file: Uint8Array) => file.subarray(0, 4)],
    [
      'of a footer that is longer than it',
      (file: Uint8Array) => {
        const copy = Buffer.from(file);
        copy.writeUInt32LE(0x7fffffff, copy.length - 8);
        return copy;
      },
    ],
    ['with pages of other bytes', (file: Uint8Array) => Buffer.from(file).fill(0xff, 4, 60)],
  ])('says that a file %s cannot be read', async (_what, damage) => {
    const data = Array.from({ length: 100 }, (_, i) => `text ${i}`);
    const file = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 't', data, type: 'STRING' }] }));
    await expect(readBytes(damage(file))).rejects.toMatchObject({ code: 'invalid_parquet' });
  });
});
