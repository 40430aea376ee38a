import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#libs/common';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { dataSourceOptions } from './data-source-options.js';
import { inWorkspace } from './workspace-scope.js';

const TIMES = 12;

describe('statements that come often', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    const options = dataSourceOptions(database.url, { poolSize: 1, maxOverflow: 0 });
    dataSource = await new DataSource(options).initialize();
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  /** Of the one connection: how often each that is prepared was planned for its values, and for any. */
  const prepared = async (text: string): Promise<number[]> => {
    const rows = await dataSource.query<{ statement: string; plans: number }[]>(
      'SELECT statement, (generic_plans + custom_plans)::int AS plans FROM pg_prepared_statements',
    );
    return rows.filter(({ statement }) => statement === text).map(({ plans }) => plans);
  };
  const often = async (text: string, values: unknown[]): Promise<unknown[]> => {
    const answers: unknown[] = [];
    for (let i = 0; i < TIMES; i++) answers.push(await dataSource.query(text, values));
    return answers;
  };

  it('are prepared, and those that come once are not', async () => {
    const [once, again] = ['SELECT $1::int AS once', 'SELECT $1::int AS again'];
    expect(await dataSource.query(once, [7])).toEqual([{ once: 7 }]);
    expect(await often(again, [7])).toEqual(Array.from({ length: TIMES }, () => [{ again: 7 }]));
    expect(await prepared(once)).toEqual([]);
    const [plans] = await prepared(again);
    expect(plans).toBeGreaterThanOrEqual(TIMES / 2);
    expect(plans).toBeLessThan(TIMES);
  });

  it('are planned for their values where a condition may be absent', async () => {
    const optional = 'SELECT count(*)::int AS count FROM workspaces WHERE ($1::text IS NULL OR name = $1)';
    expect((await often(optional, [null])).at(-1)).toEqual([{ count: 1 }]);
    expect(await prepared(optional)).toEqual([]);
  });

  it('fail and go on as others do', async () => {
    const divide = 'SELECT 1 / $1::int AS share';
    await often(divide, [1]);
    await expect(dataSource.query(divide, [0])).rejects.toThrow(/division by zero/);
    expect(await dataSource.query(divide, [1])).toEqual([{ share: 1 }]);
  });

  it('survive a migration, which may change what all columns are', async () => {
    await dataSource.query('CREATE TABLE probe (id int)');
    await dataSource.query('INSERT INTO probe VALUES (1)');
    const [named, all, returned] = [
      'SELECT id FROM probe WHERE id = $1',
      'SELECT * FROM probe WHERE id = $1',
      'UPDATE probe SET id = $1 RETURNING *',
    ];
    for (const text of [named, all, returned]) await often(text, [1]);
    await dataSource.query('ALTER TABLE probe ADD COLUMN more int');
    expect(await dataSource.query(named, [1])).toEqual([{ id: 1 }]);
    expect(await dataSource.query(all, [1])).toEqual([{ id: 1, more: null }]);
    expect(await dataSource.query(returned, [1])).toEqual([[{ id: 1, more: null }], 1]);
  });

  it('show each workspace its own rows', async () => {
    const [a, b] = [newId(), newId()];
    const text = 'SELECT id FROM workspaces WHERE id = ANY ($1)';
    for (const id of [a, b])
      await dataSource.query('INSERT INTO workspaces (id, name) VALUES ($1, $1::uuid::text)', [id]);
    for (let i = 0; i < TIMES; i++) {
      for (const id of [a, b])
        expect(await inWorkspace(id, () => dataSource.query(text, [[a, b]]))).toEqual([{ id }]);
      expect(await dataSource.query(text, [[a, b]])).toHaveLength(2);
    }
    expect(await prepared(text)).toHaveLength(1);
  });
});
