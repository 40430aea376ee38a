import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { csvCell, csvHead } from './csv-sql.js';

let database: TestDatabase;
let sql: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = new pg.Client(database.url);
  await sql.connect();
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

it.each([
  [null, null],
  ['plain', 'plain'],
  ['', ''],
  ['a,b', '"a,b"'],
  ['say "hi"\n', '"say ""hi""\n"'],
  ['it is "quoted"', '"it is ""quoted"""'],
  ['=1+1', '"\'=1+1"'],
  ['+49 30', '"\'+49 30"'],
  ['@SUM(A1)', '"\'@SUM(A1)"'],
  ['-2+3', '"\'-2+3"'],
  ['\t=1', '"\'\t=1"'],
  ['\r=1', '"\'\r=1"'],
  ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  ['-5', '"-5"'],
  ['+1.5e3', '"+1.5e3"'],
  ['-5\n=1', '"\'-5\n=1"'],
  ['\\=1\\', '\\=1\\'],
])('writes %j as %j', async (value, cell) => {
  const { rows } = await sql.query(`SELECT ${csvCell('$1::text')} AS cell`, [value]);
  expect(rows[0].cell).toBe(cell);
});

it('writes a head in which a name is no formula and ends no cell', () => {
  const names = ['exact.value', '=1', 'a,"b"'];
  const columns = names.map((name) => ({ name, type: 'text' as const, sql: '' }));
  expect(csvHead(columns)).toBe(`exact.value,"'=1","a,""b"""\r\n`);
});
