import type pg from 'pg';
import { AppError, newId } from '#libs/common';
import { SECRETS, type MasterKeys, type Scope, type Sealed } from '#libs/vault';
import { WEBHOOK_SECRETS } from '#libs/webhooks';

const VALUE = 'a canary that sings';
const NOBODY = '00000000-0000-0000-0000-000000000000';
const scopeOf = (rowId: string): Scope => ({ workspaceId: NOBODY, rowId, purpose: 'backup canary' });

/**
 * Puts a value under the first master key into the database, for the drill to find in what is restored.
 * @throws AppError `schema_outdated`
 */
export async function sealCanary(client: pg.Client, keys: MasterKeys): Promise<void> {
  const { rows } = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('backup_canary') IS NOT NULL AS exists`,
  );
  if (!rows[0]?.exists)
    throw new AppError(
      'unavailable',
      'schema_outdated',
      'The database has no table backup_canary, so no service of this version has run on it yet. Start one once, then back up.',
    );
  if (keys.isEmpty) return;
  const id = newId();
  const { keyId, wrappedKey, ciphertext } = keys.seal(VALUE, scopeOf(id));
  await client.query(
    `WITH old AS (DELETE FROM backup_canary)
     INSERT INTO backup_canary (id, key_id, wrapped_key, ciphertext) VALUES ($1, $2, $3, $4)`,
    [id, keyId, wrappedKey, ciphertext],
  );
}

/**
 * Opens the canary, and a secret's and a webhook's data key for each master key that any is under.
 * @returns the ids of the master keys that were needed.
 * @throws AppError `vault_key_unknown`, `secret_damaged`; Error where there is no canary.
 */
export async function openCanary(client: pg.Client, keys: MasterKeys): Promise<string[]> {
  const { rows: canaries } = await client.query<Sealed & { id: string }>(
    'SELECT id, key_id AS "keyId", wrapped_key AS "wrappedKey", ciphertext FROM backup_canary',
  );
  const [canary] = canaries;
  if (!canary)
    throw new Error(
      'There is no canary in it: it was made without VAULT_MASTER_KEY. Set that, and back up anew.',
    );
  if (keys.open(canary, scopeOf(canary.id)) !== VALUE) throw new Error('The canary holds another value.');
  const ids = new Set([canary.keyId]);
  for (const { table, purpose } of [SECRETS, WEBHOOK_SECRETS]) {
    const { rows } = await client.query<Omit<Sealed, 'ciphertext'> & Scope>(
      `SELECT DISTINCT ON (key_id) id AS "rowId", workspace_id AS "workspaceId", key_id AS "keyId",
         wrapped_key AS "wrappedKey", ${purpose} AS purpose
       FROM ${table} WHERE key_id IS NOT NULL ORDER BY key_id, id`,
    );
    for (const row of rows) {
      keys.rewrap(row, row);
      ids.add(row.keyId);
    }
  }
  return [...ids];
}
