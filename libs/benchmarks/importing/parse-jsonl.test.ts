import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES, type ImportedRow } from './lines.js';
import { oneByOne } from './one-by-one.js';
import { parseJsonl } from './parse-jsonl.js';

async function* chunks(data: Buffer | string, size = Infinity): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(data as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const parse = (data: Buffer | string, size?: number): Promise<ImportedRow[]> =>
  Readable.from(oneByOne(parseJsonl(chunks(data, size)))).toArray();

describe('parseJsonl', () => {
  it('reads objects with their line numbers, skipping blank lines, with BOM and CRLF', async () => {
    expect(await parse('\ufeff{"a":1}\r\n\r\n   \n{"b":"ü"}')).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 4, value: { b: 'ü' } },
    ]);
  });

  it('finds nothing in an empty file', async () => {
    expect(await parse('')).toEqual([]);
    expect(await parse('\n\n')).toEqual([]);
  });

  it('gives the same rows however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), n: fc.integer() }), { minLength: 1 }),
        fc.integer({ min: 1, max: 7 }),
        async (values, size) => {
          const rows = await parse(values.map((value) => JSON.stringify(value)).join('\n'), size);
          expect(rows).toEqual(values.map((value, i) => ({ line: i + 1, value })));
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['{"a":1,}', 8, 'property name expected'],
    ['{"a" 1}', 6, 'colon expected'],
    ['{"a":tru}', 6, 'invalid symbol'],
    ['{"a":1', 7, 'close brace expected'],
    ['{"a":1} 2', 9, 'end of file expected'],
    ['{"a":1} // no', 9, 'invalid comment token'],
    ["{'a':1}", 2, 'invalid symbol'],
    ['{"a":"tab\there"}', 6, 'invalid character'],
  ])('locates the syntax error of %s', async (line, column, reason) => {
    expect(await parse(`{"ok":1}\n${line}\n{"ok":2}`)).toEqual([
      { line: 1, value: { ok: 1 } },
      { line: 2, column, reason: `invalid JSON: ${reason}` },
      { line: 3, value: { ok: 2 } },
    ]);
  });

  it.each([
    ['[1]', 'an array'],
    ['null', 'null'],
    ['  7', 'a number'],
  ])('wants an object, not %s', async (line, kind) => {
    expect(await parse(line)).toEqual([
      { line: 1, column: line.search(/\S/) + 1, reason: `a JSON object is expected, not ${kind}` },
    ]);
  });

  it('reports a line over 1 MiB and invalid UTF-8, and goes on', async () => {
    const long = JSON.stringify({ a: 'x'.repeat(MAX_LINE_BYTES) });
    const data = Buffer.concat([
      Buffer.from(`${long}\n{"a":"`),
      Buffer.from([0xff]),
      Buffer.from('"}\n{"ok":1}\n'),
    ]);
    expect(await parse(data, 1 << 16)).toEqual([
      { line: 1, reason: 'the line is longer than 1 MiB' },
      { line: 2, reason: 'the line is not valid UTF-8: save the file as UTF-8' },
      { line: 3, value: { ok: 1 } },
    ]);
  });

  it('does not keep an endless line', async () => {
    async function* endless() {
      for (let i = 0; i < 2048; i++) yield Buffer.alloc(1 << 16, 'x');
    }
    const before = process.memoryUsage().arrayBuffers;
    const rows = await Readable.from(oneByOne(parseJsonl(endless()))).toArray();
    expect(rows).toEqual([{ line: 1, reason: 'the line is longer than 1 MiB' }]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });

  it('passes on the failure of the stream itself', async () => {
    async function* broken() {
      yield '{"a":1}\n';
      throw new Error('connection reset');
    }
    await expect(Readable.from(oneByOne(parseJsonl(broken()))).toArray()).rejects.toThrow('connection reset');
  });
});
