import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { TABLES } from './fingerprint.js';

/** Made by the migrations, and told in the dump's manifest. */
const SCHEMA_TABLE = 'migrations';

const COLUMNS = `
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`;

const REFERENCES = `
  SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint
  WHERE contype = 'f' AND conrelid <> confrelid`;

const fileOf = (folder: string, table: string): string => join(folder, `${table}.copy.gz`);

/** Every table as COPY gives it, in the client's transaction. */
export async function copyOut(client: pg.Client, folder: string): Promise<void> {
  for (const table of await tablesOf(client))
    await pipeline(
      client.query(copyTo(`COPY ${await described(client, table)} TO STDOUT`)),
      createGzip({ level: 3 }),
      createWriteStream(fileOf(folder, table), { mode: 0o600 }),
    );
}

/** Into the tables that the migrations made, all or nothing. */
export async function copyIn(client: pg.Client, folder: string): Promise<void> {
  await client.query('BEGIN');
  const tables = parentsFirst(await tablesOf(client), (await client.query<Reference>(REFERENCES)).rows);
  // The migrations leave a workspace; the dump has it too.
  for (const table of [...tables].reverse()) {
    const { rows } = await client.query(`SELECT FROM ${table} LIMIT 1`);
    if (rows.length > 0) await client.query(`DELETE FROM ${table}`);
  }
  for (const table of tables) {
    // Before the file is opened: a stream that fails while nobody listens ends the process.
    const into = await described(client, table);
    await pipeline(
      createReadStream(fileOf(folder, table)),
      createGunzip(),
      client.query(copyFrom(`COPY ${into} FROM STDIN`)),
    );
  }
  await client.query('COMMIT');
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(TABLES);
  return rows.map(({ name }) => name).filter((name) => name !== SCHEMA_TABLE);
}

/** With its columns named, as their order may be another where a table came about in another way. */
async function described(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(COLUMNS, [table]);
  return `${table} (${rows[0]?.columns})`;
}

interface Reference {
  child: string;
  parent: string;
}

function parentsFirst(tables: string[], references: Reference[]): string[] {
  const ordered = new Set<string>();
  const add = (table: string): void => {
    for (const { child, parent } of references)
      if (child === table && !ordered.has(parent) && tables.includes(parent)) add(parent);
    ordered.add(table);
  };
  tables.forEach(add);
  return [...ordered];
}
