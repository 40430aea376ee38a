import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { dataSourceOptions } from './data-source-options.js';
import { Snapshots } from './snapshots.js';

const INSERT = `INSERT INTO workspaces (id, name) VALUES ($1, $1::uuid::text)`;

/**
 * The server is shared with other test files, whose commits change the name too: what is expected to stay the same is
 * looked at until it does.
 */
describe('names of snapshots', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let other: pg.Client;
  let snapshots: Snapshots;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    other = new pg.Client(database.url);
    await other.connect();
    snapshots = new Snapshots(dataSource);
  });
  afterAll(async () => {
    await other?.end();
    await dataSource?.destroy();
    await database?.drop();
  });

  it('stay the same while nobody commits, and of a change that is not committed', async () => {
    await vi.waitFor(async () => {
      await other.query('BEGIN');
      try {
        await other.query(INSERT, [newId()]);
        const before = await snapshots.current();
        await other.query(INSERT, [newId()]);
        expect(await snapshots.current()).toBe(before);
      } finally {
        await other.query('ROLLBACK');
      }
    }, 10_000);
  });

  it("change with a commit, whoever's", async () => {
    const before = await snapshots.current();
    await other.query(INSERT, [newId()]);
    const after = await snapshots.current();
    expect(after).not.toBe(before);
    await dataSource.query('UPDATE workspaces SET name = name');
    expect(await snapshots.current()).not.toBe(after);
  });

  it('change with the commit of a transaction that began long before', async () => {
    await other.query('BEGIN');
    await other.query(INSERT, [newId()]);
    await dataSource.query(INSERT, [newId()]);
    const before = await snapshots.current();
    await other.query('COMMIT');
    expect(await snapshots.current()).not.toBe(before);
  });

  it('change for who says so, without a row that did', async () => {
    const before = await snapshots.current();
    await snapshots.advance();
    expect(await snapshots.current()).not.toBe(before);
  });

  it('take one statement of all who ask within a turn, and another of who asks later', async () => {
    const query = vi.spyOn(dataSource, 'query');
    const [one, another] = await Promise.all([snapshots.current(), snapshots.current()]);
    expect(another).toBe(one);
    expect(query).toHaveBeenCalledTimes(1);
    const asked = snapshots.current();
    await new Promise((resolve) => setImmediate(resolve));
    await other.query(INSERT, [newId()]);
    const later = await snapshots.current();
    expect(query).toHaveBeenCalledTimes(3);
    expect(later).not.toBe(await asked);
    query.mockRestore();
  });

  it('are asked for anew after Postgres refused', async () => {
    const refused = vi.spyOn(dataSource, 'query').mockRejectedValueOnce(new Error('away'));
    await expect(snapshots.current()).rejects.toThrow('away');
    expect(await snapshots.current()).toMatch(/^\d+:\d+:/);
    refused.mockRestore();
  });
});
