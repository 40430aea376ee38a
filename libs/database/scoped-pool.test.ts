import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { dataSourceOptions } from './data-source-options.js';
import { enterWorkspace, inWorkspace, keepScope, openScope, outsideWorkspaces } from './workspace-scope.js';

const [A, B] = [newId(), newId()];

describe('connections in a scope', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let pool: Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    const options = dataSourceOptions(database.url, { poolSize: 2, maxOverflow: 0 });
    dataSource = await new DataSource(options).initialize();
    pool = (dataSource.driver as unknown as { master: Pool }).master;
    for (const id of [A, B])
      await dataSource.query('INSERT INTO workspaces (id, name) VALUES ($1, $1::uuid::text)', [id]);
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const SEEN = `SELECT array_agg(id) AS ids FROM workspaces`;
  /** The workspaces that a bare query finds. */
  const seen = async (query = (sql: string) => dataSource.query<{ ids: string[] }[]>(sql)) =>
    (await query(SEEN))[0]!.ids;

  it('show the rows of one workspace, and outside of scopes those of all', async () => {
    expect(await inWorkspace(A, () => seen())).toEqual([A]);
    expect(await inWorkspace(B, () => seen())).toEqual([B]);
    expect(await seen()).toHaveLength(3);
    expect(await inWorkspace(A, () => outsideWorkspaces(() => seen()))).toHaveLength(3);
    expect(await inWorkspace(A, () => seen())).toEqual([A]);
  });

  it('refuse rows of others in every statement', async () => {
    await inWorkspace(A, async () => {
      const insert = `INSERT INTO benchmarks (id, workspace_id, name, title, description) VALUES ($1, $2, 'x', '', '')`;
      await expect(dataSource.query(insert, [newId(), B])).rejects.toThrow(/row-level security/);
      await expect(dataSource.query('SELECT * FROM migrations')).rejects.toThrow(/permission denied/);
      await expect(dataSource.query('SELECT * FROM results_p0')).rejects.toThrow(/permission denied/);
      expect(await dataSource.query(`UPDATE workspaces SET name = 'mine' WHERE id = $1`, [B])).toEqual([
        [],
        0,
      ]);
      expect(await dataSource.query('DELETE FROM workspaces WHERE id = $1', [B])).toEqual([[], 0]);
    });
  });

  it('are never left to another workspace, whatever goes wrong in between', async () => {
    const queries: (() => Promise<string[]>)[] = [
      () => seen(),
      () => seen(async (sql) => (await pool.query(sql)).rows),
      async () => (await pool.query({ name: 'seen', text: SEEN })).rows[0].ids,
      () => dataSource.transaction((manager) => seen((sql) => manager.query(sql))),
      async () => {
        const failing = dataSource.transaction(async (manager) => {
          await manager.query('SELECT 1 / 0');
        });
        await expect(failing).rejects.toThrow(/division by zero/);
        return seen();
      },
      async () => {
        // Somebody forgets the transaction that they began.
        const client = await pool.connect();
        await client.query('BEGIN');
        await client.query('SELECT 1 / 0').catch(() => undefined);
        client.release();
        return seen();
      },
      async () => {
        const client = await pool.connect();
        await client.query('BEGIN');
        client.release();
        return seen();
      },
      async () => {
        const runner = dataSource.createQueryRunner();
        try {
          await runner.startTransaction();
          const first = await seen((sql) => runner.query(sql));
          await runner.rollbackTransaction();
          expect(await seen((sql) => runner.query(sql))).toEqual(first);
          return first;
        } finally {
          await runner.release();
        }
      },
    ];
    const check = async (turn: number): Promise<void> => {
      const id = [A, B, null][turn % 3];
      const query = queries[turn % queries.length]!;
      if (id) expect(await inWorkspace(id, query)).toEqual([id]);
      else expect(await outsideWorkspaces(query)).toHaveLength(3);
    };
    await Promise.all(Array.from({ length: 240 }, (_, turn) => check(turn)));
    expect(pool.totalCount).toBeLessThanOrEqual(2);
  });

  it('ask Postgres for nothing more while the workspace stays the same', async () => {
    await inWorkspace(A, () => seen());
    const client = await inWorkspace(A, () => pool.connect());
    const query = vi.spyOn(client, 'query');
    client.release();
    for (let i = 0; i < 3; i++) {
      const again = await inWorkspace(A, () => pool.connect());
      expect(again).toBe(client);
      again.release();
    }
    expect(query).not.toHaveBeenCalled();
    query.mockRestore();
  });

  it('are taken in the scope of whoever waits for them, not of who gives one back', async () => {
    const held = await inWorkspace(A, () => Promise.all([pool.connect(), pool.connect()]));
    const waiting = inWorkspace(B, () => seen());
    inWorkspace(A, () => held.forEach((client) => client.release()));
    expect(await waiting).toEqual([B]);
  });

  it('follow what is streamed, though its reader is in no scope', async () => {
    async function* pages() {
      for (let i = 0; i < 2; i++) yield seen();
    }
    const items = inWorkspace(A, () => keepScope(pages()));
    const all: string[][] = [];
    for await (const ids of items) all.push(ids);
    expect(all).toEqual([[A], [A]]);
  });
});

describe('a request', () => {
  it('stays in the workspace that it entered', async () => {
    expect(() => enterWorkspace(A)).toThrow(/No scope was opened/);
    openScope(() => {
      enterWorkspace(A);
      enterWorkspace(A);
      expect(() => enterWorkspace(B)).toThrow(/cannot change/);
    });
  });
});
