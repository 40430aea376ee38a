import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasetRow } from './dataset-row.js';
import { MAX_LINE_BYTES } from './lines.js';
import { oneByOne } from './one-by-one.js';
import { parseJson } from './parse-json.js';

async function* chunks(data: Buffer | string, size = Infinity): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(data as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const parse = (data: Buffer | string, size?: number): Promise<DatasetRow[]> =>
  Readable.from(oneByOne(parseJson(chunks(data, size)))).toArray();

const reasons = async (data: string): Promise<unknown[]> =>
  (await parse(data)).map((row) => 'reason' in row && [row.line, row.column, row.reason]);

describe('parseJson', () => {
  it('reads an array of objects, with BOM, CRLF and rows over several lines', async () => {
    expect(
      await parse('\ufeff[\r\n  {"a": "]}\\"",\r\n   "b": [1, {"c": null}]},\r\n\r\n  {"a":"ü"} ]\r\n'),
    ).toEqual([
      { row: 1, line: 2, value: { a: ']}"', b: [1, { c: null }] } },
      { row: 2, line: 5, value: { a: 'ü' } },
    ]);
  });

  it('reads the one array of an object, whatever stands beside it', async () => {
    const text =
      '{"version": 1.5, "about": {"rows": "[not these]"}, "rows": [{"a":1},{"a":2}], "ok": true, "n": null}';
    expect(await parse(text)).toEqual([
      { row: 1, line: 1, value: { a: 1 } },
      { row: 2, line: 1, value: { a: 2 } },
    ]);
  });

  it('finds nothing in an empty array', async () => {
    expect(await parse('[]')).toEqual([]);
    expect(await parse(' {"rows": [ ] } ')).toEqual([]);
  });

  it('gives the same rows however the bytes are cut, and however the text is laid out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }))),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(0, 1, '\t'),
        fc.boolean(),
        async (values, size, space, isWrapped) => {
          const rows = values.map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
          const read = await parse(JSON.stringify(isWrapped ? { note: 'x', rows } : rows, null, space), size);
          expect(read.map((row) => 'value' in row && row.value)).toEqual(rows);
          expect(read.map((row) => row.row)).toEqual(rows.map((_, i) => i + 1));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('reports bad rows with row, line and column, and reads the others', async () => {
    expect(await parse('[{"a":1},\n {"a":tru}, 7,\n  {"b":\n  x}, {"ok":1}]')).toEqual([
      { row: 1, line: 1, value: { a: 1 } },
      { row: 2, line: 2, column: 7, reason: 'invalid JSON: invalid symbol' },
      { row: 3, line: 2, column: 13, reason: 'a JSON object is expected, not a number' },
      { row: 4, line: 4, column: 3, reason: 'invalid JSON: invalid symbol' },
      { row: 5, line: 4, value: { ok: 1 } },
    ]);
  });

  it('reports a row over 1 MiB and invalid UTF-8, and reads the others', async () => {
    const long = JSON.stringify({ a: 'x'.repeat(MAX_LINE_BYTES) });
    const data = Buffer.concat([
      Buffer.from(`[${long},\n{"a":"`),
      Buffer.from([0xff]),
      Buffer.from('"},{"ok":1}]'),
    ]);
    expect(await parse(data, 1 << 16)).toEqual([
      { row: 1, line: 1, column: 2, reason: 'the row is longer than 1 MiB' },
      { row: 2, line: 2, column: 1, reason: 'the row is not valid UTF-8: save the file as UTF-8' },
      { row: 3, line: 2, value: { ok: 1 } },
    ]);
  });

  it.each([
    ['', [1, undefined, 'invalid JSON: the file is empty']],
    [' \n', [2, undefined, 'invalid JSON: the file is empty']],
    ['7', [1, 1, 'invalid JSON: an array of objects, or an object with one, is expected']],
    ['[', [1, undefined, 'invalid JSON: the file ends before its JSON does']],
    ['[]x', [1, 3, 'invalid JSON: text follows the end of the document']],
    ['{"a":1', [1, undefined, 'invalid JSON: the file ends before its JSON does']],
    ['{a:1}', [1, 2, 'invalid JSON: the name of a field in double quotes is expected']],
    ['{"a" 1}', [1, 6, 'invalid JSON: a colon is expected']],
    ['{"a":1 "b":2}', [1, 8, 'invalid JSON: a comma or } is expected']],
    ['{"a":1}', [1, undefined, 'one field of the object must be the array of rows; there is none']],
    [
      '{"a":[],"b":[1]}',
      [1, undefined, "one field of the object must be the array of rows; there is 'a' and 'b'"],
    ],
  ])('says what is wrong with the document %j', async (text, problem) => {
    expect(await reasons(text)).toEqual([problem]);
  });

  it('stops where rows are not parted, or the file is cut off', async () => {
    expect(await parse('[{"a":1}\n{"a":2}]')).toEqual([
      { row: 1, line: 1, value: { a: 1 } },
      { line: 2, column: 1, reason: 'invalid JSON: a comma or ] is expected' },
    ]);
    expect((await parse('[{"a":1},]')).at(-1)).toEqual({
      line: 1,
      column: 10,
      reason: 'invalid JSON: a JSON object is expected',
    });
    expect((await parse('[{"a":1},{"a":')).at(-1)).toEqual({
      line: 1,
      reason: 'invalid JSON: the file ends before its JSON does',
    });
  });

  it('does not keep a row without end, nor a field beside the rows', async () => {
    async function* endless(start: string) {
      yield Buffer.from(start);
      for (let i = 0; i < 2048; i++) yield Buffer.alloc(1 << 16, 'x');
    }
    const before = process.memoryUsage().arrayBuffers;
    for (const start of ['[{"a":"', '{"a":"']) {
      const rows = await Readable.from(oneByOne(parseJson(endless(start)))).toArray();
      expect(rows).toEqual([{ line: 1, reason: 'invalid JSON: the file ends before its JSON does' }]);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });
});
