import { spawn } from 'node:child_process';
import { createSecretKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { MasterKeys } from '#libs/vault';
import { startTestService, TEST_MASTER_KEY } from '#test/support/service';

describe('secrets', () => {
  it('are replaced to the end by a second npm run secrets:rotate where the first was killed', async () => {
    const service = await startTestService();
    const sql = new pg.Client(service.database.url);
    await sql.connect();
    const next = randomBytes(32);
    const rotation = () =>
      spawn(process.execPath, ['scripts/rotate-secrets.mjs'], {
        cwd: join(import.meta.dirname, '../..'),
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...process.env,
          DATABASE_URL: service.database.url,
          VAULT_MASTER_KEY: `next:${next.toString('base64')},${TEST_MASTER_KEY}`,
        },
      });
    const keyIds = async (): Promise<object[]> =>
      (await sql.query('SELECT key_id, count(*)::int AS n FROM secrets GROUP BY 1 ORDER BY 1')).rows;
    try {
      for (let i = 0; i < 10; i++)
        expect(
          await service.fetch(`/api/v1/secrets/S${i}`, 'PUT', {
            value: `the value ${i}`,
            origin: 'https://a.example.com',
          }),
        ).toMatchObject({ status: 201 });
      // Whoever holds a row has the first wait for it, and so it is in the middle when it is killed.
      await sql.query('BEGIN');
      await sql.query("SELECT 1 FROM secrets WHERE name = 'S5' FOR UPDATE");
      const first = rotation();
      await once(first.stdout, 'data');
      first.kill('SIGKILL');
      await once(first, 'exit');
      await sql.query('ROLLBACK');
      expect(await keyIds()).toEqual([
        { key_id: 'next', n: 9 },
        { key_id: 'test', n: 1 },
      ]);

      const second = rotation();
      const [printed] = await Promise.all([text(second.stdout), once(second, 'exit')]);
      expect(printed).toMatch(/Done: 1 .*"next"/);
      expect(await keyIds()).toEqual([{ key_id: 'next', n: 10 }]);
      const keys = new MasterKeys([{ id: 'next', key: createSecretKey(next) }]);
      const { rows } = await sql.query(
        `SELECT name, id AS "rowId", workspace_id AS "workspaceId", 'secret ' || name || ' ' || origin AS purpose,
           key_id AS "keyId", wrapped_key AS "wrappedKey", ciphertext FROM secrets`,
      );
      for (const row of rows) expect(keys.open(row, row)).toBe(`the value ${row.name.slice(1)}`);
    } finally {
      await sql.end();
      await service.close();
    }
  });
});
