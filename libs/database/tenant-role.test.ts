import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { migrate } from './migrate.js';

/** A database of a user's who is nothing else on the server. */
async function withPlainUser(work: (url: string, operator: pg.Client) => Promise<void>): Promise<void> {
  const server = new URL(inject('postgresUrl'));
  const name = `plain_${randomBytes(6).toString('hex')}`;
  server.username = 'postgres';
  server.pathname = 'postgres';
  const operator = new pg.Client(server.href);
  await operator.connect();
  try {
    await operator.query(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
    await operator.query(`CREATE DATABASE ${name} OWNER ${name}`);
    await work(`postgresql://${name}:${name}@${server.host}/${name}`, operator);
  } finally {
    await operator.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await operator.query(`DROP ROLE IF EXISTS ${name}`);
    await operator.end();
  }
}

describe('the role of requests', () => {
  it('is asked of an operator where the user of the database may not have it, and then is found', async () => {
    await withPlainUser(async (url, operator) => {
      const user = new URL(url).username;
      const grant = `GRANT benchmark_tenant TO "${user}"`;
      await expect(migrate(url)).rejects.toMatchObject({
        code: 'tenant_role_unavailable',
        message: expect.stringContaining(grant),
      });
      await operator.query(grant);
      await migrate(url);
    });
  });

  it('is taken by a user who may make roles', async () => {
    await withPlainUser(async (url, operator) => {
      const user = new URL(url).username;
      await operator.query(
        `ALTER ROLE ${user} CREATEROLE; GRANT benchmark_tenant TO ${user} WITH ADMIN OPTION, SET FALSE`,
      );
      await migrate(url);
    });
  });
});
