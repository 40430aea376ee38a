import type { QueryRunner } from 'typeorm';

/** For migrations that make tables. Those that have landed rely on it, so it stays as it is. */

/** Once for each statement and not for each row; no row at all where no workspace was set. */
const OWN = `(SELECT nullif(current_setting('aibench.workspace_id', true), '')::uuid)`;

/** Which rows of a table a tenant has. */
type Condition = (table: string) => string;

/** Those that name its workspace. @param column that does. */
export const ofWorkspace =
  (column = 'workspace_id'): Condition =>
  (table) =>
    `${table}.${column} = ${OWN}`;

/**
 * Those whose parent it has: a look into the parent's primary key for each row, whose cost does not grow
 * with the number of parents, as that of EXISTS and IN does, which gather them all first.
 */
export const ofParent =
  (parent: string, column: string): Condition =>
  (table) =>
    `(SELECT true FROM ${parent} AS parent WHERE parent.id = ${table}.${column})`;

/** Gives requests the rows of a table that meet the condition, and no others. Without this they have none. */
export async function openToTenant(runner: QueryRunner, table: string, condition: Condition): Promise<void> {
  await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO benchmark_tenant`);
  await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
  await runner.query(`CREATE POLICY tenant ON ${table} TO benchmark_tenant USING (${condition(table)})`);
}

export async function closeToTenant(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`DROP POLICY tenant ON ${table}`);
  await runner.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
  await runner.query(`REVOKE ALL ON ${table} FROM benchmark_tenant`);
}
