import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';

/** Tables that requests cannot reach, and why not. */
const CLOSED: Record<string, string> = {
  backup_canary: 'of the operator, for restore drills',
  maintenance_runs: 'of the service, not of anybody',
  migrations: 'of the schema, not of anybody',
  password_resets: 'of a person, read before it is known whose the request is',
  refresh_tokens: 'of a person, read before it is known whose the request is',
  sessions: 'of a person, read before it is known whose the request is',
};

/** Every table that is no partition, with what the role of requests may do about it and what confines it there. */
const TABLES = `
SELECT c.relname AS name, c.relrowsecurity AS secured,
  (SELECT array_agg(p.polname::text) FROM pg_policy p
   WHERE p.polrelid = c.oid AND 'benchmark_tenant'::regrole = ANY (p.polroles)) AS policies,
  ARRAY(SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
        AS privilege WHERE has_table_privilege('benchmark_tenant', c.oid, privilege)) AS privileges
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition ORDER BY 1`;

interface Table {
  name: string;
  secured: boolean;
  policies: string[] | null;
  privileges: string[];
}

/** The second wall: what Postgres keeps a request from, whatever its SQL says. */
describe('tables', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let tables: Table[];

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client(database.url);
    await client.connect();
    tables = (await client.query<Table>(TABLES)).rows;
  });
  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  it('have a policy for requests, or cannot be reached by them for a reason', () => {
    expect(tables.length).toBeGreaterThan(20);
    for (const { name, ...table } of tables) {
      const hint = `${name}: call openToTenant of migrations/tenant-policy.ts in its migration, or list it in CLOSED`;
      const expected = CLOSED[name]
        ? { secured: false, policies: null, privileges: [] }
        : { secured: true, policies: ['tenant'], privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] };
      expect(table, hint).toEqual(expected);
    }
    expect(Object.keys(CLOSED).filter((name) => !tables.some((table) => table.name === name))).toEqual([]);
  });

  it('have a policy that goes by the workspace, or by a parent that has one', async () => {
    const { rows } = await client.query<{ name: string; condition: string }>(
      `SELECT tablename AS name, qual AS condition FROM pg_policies
       WHERE schemaname = 'public' AND cmd = 'ALL' AND permissive = 'PERMISSIVE' AND with_check IS NULL`,
    );
    expect(rows.length).toBe(tables.length - Object.keys(CLOSED).length);
    const secured = new Set(rows.map(({ name }) => name));
    const OWN =
      /^\((workspace_id|id|COALESCE\(workspace_id, '[\w-]+'::uuid\)) = \( SELECT \(NULLIF\(current_setting\('aibench/;
    const PARENTS =
      /^\( SELECT true FROM (\w+) (?:parent WHERE \(parent\.id|own WHERE \(own\.user_id) = (\w+)\.\w+\)(?: LIMIT 1)?\)$/;
    const open = rows.filter(({ name, condition }) => {
      const text = condition.replace(/\s+/g, ' ');
      const [, parent = '', child] = PARENTS.exec(text) ?? [];
      return !OWN.test(text) && !(secured.has(parent) && child === name);
    });
    expect(open).toEqual([]);
  });

  it('that are partitions are reached through their whole alone', async () => {
    const { rows } = await client.query(
      `SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'
         AND has_table_privilege('benchmark_tenant', oid, 'SELECT, INSERT, UPDATE, DELETE')`,
    );
    expect(rows).toEqual([]);
  });

  it('are confined for a role that has no way around it', async () => {
    const { rows } = await client.query(
      `SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'benchmark_tenant'`,
    );
    const no = false;
    expect(rows).toEqual([
      { rolsuper: no, rolbypassrls: no, rolcanlogin: no, rolcreaterole: no, rolcreatedb: no },
    ]);
    const { rows: owned } = await client.query(
      `SELECT relname FROM pg_class WHERE relowner = 'benchmark_tenant'::regrole`,
    );
    expect(owned).toEqual([]);
  });
});

/** Of a person and so of no workspace. */
const OF_A_PERSON = 'auth/personal-data.controller.ts';

/** A test of what is sent does not find this: that a reader is slow enough to ask from elsewhere is up to the machine. */
describe('answers that are streamed', () => {
  it('read their rows in the scope of their request, whoever asks for more', async () => {
    const api = new URL('../../apps/api/', import.meta.url);
    const streams: string[] = [];
    for (const name of await readdir(api, { recursive: true })) {
      if (!name.endsWith('.controller.ts') || name === OF_A_PERSON) continue;
      const text = await readFile(new URL(name, api), 'utf8');
      streams.push(...(text.match(/Readable\.from\(\w*/g) ?? []).map((call) => `${name}: ${call}`));
    }
    expect(streams.length).toBeGreaterThan(3);
    expect(streams.filter((call) => !call.endsWith('Readable.from(keepScope'))).toEqual([]);
  });
});
