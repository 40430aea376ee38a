import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { DatasetFormat } from './dataset-format.js';
import { oneByOne } from './one-by-one.js';
import { readDataset } from './read-dataset.js';

async function* chunks(data: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

const LIMIT = 64 * 1024 * 1024;

async function read(
  name: string,
  data: Buffer | string,
  format?: DatasetFormat,
  limit = LIMIT,
): Promise<unknown[]> {
  const bytes = chunks(Buffer.from(data as string), 1 << 14);
  const rows = await Readable.from(oneByOne(readDataset({ name, bytes }, format, limit))).toArray();
  return rows.map((row) => ('value' in row ? row.value : row.reason));
}

const ROWS = [
  { a: '1', b: 'x' },
  { a: '2', b: 'y' },
];
const JSONL = ROWS.map((row) => JSON.stringify(row)).join('\n');
const PARQUET = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'a', data: ['1', '2'], type: 'STRING' },
      { name: 'b', data: ['x', 'y'], type: 'STRING' },
    ],
  }),
);

const FILES: [string, Buffer | string][] = [
  ['jsonl', JSONL],
  ['json', JSON.stringify(ROWS)],
  ['json', JSON.stringify({ rows: ROWS }, null, 2)],
  ['json', JSON.stringify({ about: 'x', rows: ROWS })],
  ['csv', 'a,b\n1,x\n2,y\n'],
  ['tsv', 'a\tb\n1\tx\n2\ty\n'],
  ['parquet', PARQUET],
];

describe('readDataset', () => {
  it.each(FILES)(
    'reads %s by its name, by its content, as told, and of each its gzip',
    async (format, data) => {
      const zipped = gzipSync(data);
      const given = format as DatasetFormat;
      expect(await read(`f.${format}`, data)).toEqual(ROWS);
      expect(await read(`F.${format.toUpperCase()}.gz`, zipped)).toEqual(ROWS);
      expect(await read('upload', data)).toEqual(ROWS);
      expect(await read('upload', zipped)).toEqual(ROWS);
      expect(await read('f.txt', zipped, given)).toEqual(ROWS);
    },
  );

  it.each([
    ['JSONL in a .json', 'train.json', JSONL],
    ['gzip without its ending', 'train.jsonl', gzipSync(JSONL)],
    ['a BOM before JSONL', 'train', `\ufeff${JSONL}`],
    ['JSONL below empty lines', 'train', `\r\n\n${JSONL}`],
    [
      'gzip in two parts',
      'train.jsonl.gz',
      Buffer.concat([gzipSync(`${JSON.stringify(ROWS[0])}\n`), gzipSync(JSON.stringify(ROWS[1]))]),
    ],
  ])('reads %s', async (_what, name, data) => {
    expect(await read(name, data)).toEqual(ROWS);
  });

  it.each([
    ['Parquet that is called CSV', 'f.csv', PARQUET, 'csv', /is Parquet/],
    ['text that is called Parquet', 'f.parquet', JSONL, undefined, /does not begin with PAR1/],
  ])('refuses %s', async (_what, name, data, format, reason) => {
    await expect(read(name, data, format as DatasetFormat)).rejects.toMatchObject({
      code: 'wrong_format',
      message: expect.stringMatching(reason) as unknown,
    });
  });

  it('asks for the format where nothing tells it', async () => {
    await expect(read('f.txt', 'hello')).rejects.toMatchObject({ code: 'unknown_format' });
    await expect(read('f', '')).rejects.toMatchObject({ code: 'unknown_format' });
  });

  it.each([
    ['cut off', (file: Buffer) => file.subarray(0, -10), /ends before its data does/],
    ['damaged', (file: Buffer) => Buffer.from(file).fill(0xff, 60, 90), /is damaged/],
    ['with another check sum', (file: Buffer) => Buffer.from(file).fill(0, file.length - 8), /is damaged/],
  ])('refuses gzip that is %s', async (_what, damage, reason) => {
    const text = Array.from({ length: 100 }, (_, i) => JSON.stringify({ a: `${i * 7919}` })).join('\n');
    await expect(read('f.jsonl.gz', damage(gzipSync(text)))).rejects.toMatchObject({
      code: 'invalid_gzip',
      message: expect.stringMatching(reason) as unknown,
    });
  });

  it('refuses a gzip bomb long before it is decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024));
    const before = process.memoryUsage().arrayBuffers;
    for (const name of ['bomb.jsonl.gz', 'bomb.parquet.gz', 'bomb']) {
      await expect(read(name, bomb, name === 'bomb' ? 'csv' : undefined, 2 ** 40)).rejects.toMatchObject({
        code: name === 'bomb.parquet.gz' ? 'wrong_format' : 'invalid_gzip',
      });
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });

  it('takes no more bytes than the limit, decompressed', async () => {
    const text = Array.from({ length: 1000 }, (_, i) => JSON.stringify({ a: `${i}` })).join('\n');
    for (const data of [text, gzipSync(text)]) {
      await expect(read('f.jsonl', data, undefined, 5000)).rejects.toMatchObject({
        kind: 'too_large',
        message: expect.stringMatching(/DATASET_LIMIT_BYTES/) as unknown,
      });
    }
  });

  it('lets go of the source when its reader stops', async () => {
    let isOpen = true;
    async function* source() {
      try {
        for (;;) yield Buffer.from('{"a":1}\n'.repeat(1000));
      } finally {
        isOpen = false;
      }
    }
    for await (const rows of readDataset({ name: 'f.jsonl', bytes: source() }, undefined, LIMIT)) {
      expect(rows[0]).toMatchObject({ value: { a: 1 } });
      break;
    }
    expect(isOpen).toBe(false);
  });
});
