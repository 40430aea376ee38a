import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createTestDatabase } from './postgres.js';
import { describeWithRedis } from './redis.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('createTestDatabase', () => {
  it('gives many suites at once each a migrated database of its own', async () => {
    const databases = await Promise.all(Array.from({ length: 6 }, createTestDatabase));
    for (const [index, { url }] of databases.entries())
      await query(url, `CREATE TABLE mine AS SELECT ${index} AS n`);
    expect(await query(databases[3]!.url, 'SELECT n FROM mine')).toEqual([{ n: 3 }]);
    expect(
      await query(databases[3]!.url, 'SELECT count(*)::int AS n FROM migrations WHERE id > 0'),
    ).not.toEqual([{ n: 0 }]);
    await Promise.all(databases.map((database) => database.drop()));
    await expect(query(databases[0]!.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });
});

describeWithRedis('describeWithRedis', ({ url, prefix }) => {
  it('gives a suite a Redis that never evicts, and keys of its own', async () => {
    const client = new Redis(url);
    await client.set(`${prefix}a`, '1');
    expect(await client.get(`${prefix}a`)).toBe('1');
    expect(prefix).toMatch(/^test-[0-9a-f]{16}:$/);
    client.disconnect();
  });
});
