import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneByOne } from './one-by-one.js';
import { parseCsv, type CsvDelimiter } from './parse-csv.js';

async function* chunks(text: string, size = Infinity): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const parse = (text: string, delimiter?: CsvDelimiter, size?: number) =>
  Readable.from(oneByOne(parseCsv(chunks(text, size), delimiter))).toArray();

describe('parseCsv', () => {
  it('reads rows by the header, with BOM, CRLF, blank lines and quoted line breaks', async () => {
    const text = '\ufeffid,question,answer\r\n\r\n1,"two\r\nlines, ""quoted""",x\r\n2,plain,y\r\n';
    expect(await parse(text)).toEqual([
      { line: 3, value: { id: '1', question: 'two\nlines, "quoted"', answer: 'x' } },
      { line: 5, value: { id: '2', question: 'plain', answer: 'y' } },
    ]);
  });

  it('leaves out empty cells', async () => {
    expect(await parse('a,b,c\n1,,""\n,,')).toEqual([
      { line: 2, value: { a: '1' } },
      { line: 3, value: {} },
    ]);
  });

  it('takes another delimiter', async () => {
    expect(await parse('a;b\n1,5;"x;y"', ';')).toEqual([{ line: 2, value: { a: '1,5', b: 'x;y' } }]);
  });

  it('reports a wrong number of fields and goes on', async () => {
    expect(await parse('a,b\n1\n2,3\n4,5,6')).toEqual([
      { line: 2, reason: 'the row has 1 fields where the header has 2' },
      { line: 3, value: { a: '2', b: '3' } },
      { line: 4, reason: 'the row has 3 fields where the header has 2' },
    ]);
  });

  it('locates wrong quotes', async () => {
    expect(await parse('a,b\n1,x"y"\n"two\nlines"z,2\n3,4')).toEqual([
      { line: 2, column: 4, reason: expect.stringContaining('does not begin with one') as string },
      { line: 4, column: 7, reason: 'text follows the closing quote of a field' },
      { line: 5, value: { a: '3', b: '4' } },
    ]);
  });

  it('reports a quote that never closes at the row where it opens', async () => {
    expect(await parse('a,b\n1,"open\n2,3\n')).toEqual([
      { line: 2, reason: 'a quote that opens in this row is never closed' },
    ]);
    const [problem, ...rest] = await parse(`a,b\n1,"open\n${'x,y\n'.repeat(300_000)}`, ',', 1 << 16);
    expect(problem).toEqual({ line: 2, reason: 'a quote that opens in this row is not closed within 1 MiB' });
    expect(rest.every((row) => 'value' in row)).toBe(true);
  });

  it.each([
    ['', 'the file is empty: the first line must name the columns'],
    ['a,a\n1,2', "header column 2 has the same name as an earlier one, 'a'"],
    ['a,,b\n1,2,3', 'header column 2 has no name'],
  ])('stops at an unusable header: %j', async (text, reason) => {
    expect(await parse(text)).toEqual([{ line: 1, reason }]);
  });

  it('is not fooled by names that objects inherit', async () => {
    const [row] = await parse('__proto__,constructor\n1,2');
    expect(Object.entries((row as { value: object }).value)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  it('reads back whatever is written by the rules, however it is cut', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', 'é', '😀', ' '), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1 }),
        fc.integer({ min: 1, max: 5 }),
        async (rows, size) => {
          const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const text = ['a,b', ...rows.map((row) => row.map(quote).join(','))].join('\r\n');
          const read = await parse(text, ',', size);
          expect(read.map((row) => 'value' in row && row.value)).toEqual(rows.map(([a, b]) => ({ a, b })));
        },
      ),
      { numRuns: 100 },
    );
  });
});
