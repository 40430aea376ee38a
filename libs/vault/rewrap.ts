import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { AppError } from '#libs/common';
import type { MasterKeys, Scope, Sealed } from './master-keys.js';

/** A table with the columns id, workspace_id, key_id, wrapped_key and ciphertext. Nothing of users is in either text. */
export interface SealedTable {
  table: string;
  /** SQL of what its rows' `Scope.purpose` is. */
  purpose: string;
}

export interface Rewrapped {
  /** Rows that are under the first key now. */
  rewrapped: number;
  /** By row: why it could not be, in words. */
  failed: Map<string, string>;
}

type Row = Omit<Sealed, 'ciphertext'> & Scope;

const BATCH = 100;
/** Rows that somebody else held are looked for again. */
const AGAIN_MS = 200;

/**
 * Brings every data key of a table under the first master key, in batches of a transaction each, past rows that are
 * locked just then. Values are neither opened nor changed, so whoever reads a row before or after has the same secret.
 * @param onBatch is told how many there are so far.
 */
export async function rewrap(
  dataSource: DataSource,
  keys: MasterKeys,
  table: SealedTable,
  onBatch: (soFar: number) => void = () => undefined,
): Promise<Rewrapped> {
  const done: Rewrapped = { rewrapped: 0, failed: new Map() };
  for (;;) {
    const taken = await dataSource.transaction((manager) => batch(manager, keys, table, done));
    if (taken > 0) {
      onBatch(done.rewrapped);
      continue;
    }
    const [{ left }] = await dataSource.query<[{ left: boolean }]>(
      `SELECT EXISTS (SELECT FROM ${table.table} WHERE key_id <> $1 AND id <> ALL ($2)) AS left`,
      [keys.first.id, [...done.failed.keys()]],
    );
    if (!left) return done;
    await sleep(AGAIN_MS);
  }
}

/** @returns how many rows it took. */
async function batch(
  manager: EntityManager,
  keys: MasterKeys,
  { table, purpose }: SealedTable,
  done: Rewrapped,
): Promise<number> {
  const rows = await manager.query<Row[]>(
    `SELECT id AS "rowId", workspace_id AS "workspaceId", key_id AS "keyId", wrapped_key AS "wrappedKey", ${purpose} AS purpose
     FROM ${table} WHERE key_id <> $1 AND id <> ALL ($2) ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
    [keys.first.id, [...done.failed.keys()]],
  );
  for (const row of rows) {
    try {
      const { keyId, wrappedKey } = keys.rewrap(row, row);
      await manager.query(`UPDATE ${table} SET key_id = $2, wrapped_key = $3 WHERE id = $1`, [
        row.rowId,
        keyId,
        wrappedKey,
      ]);
      done.rewrapped++;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      done.failed.set(row.rowId, error.message);
    }
  }
  return rows.length;
}
