import type { Pool, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * Runs a statement that each connection has planned once and not each time; for those of the hot path, whose planning
 * costs about what their execution does. Outside of any transaction, each is one of its own.
 * @param name of the statement: one text for each.
 */
export async function queryPrepared<Row extends QueryResultRow>(
  dataSource: DataSource,
  name: string,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  const pool = (dataSource.driver as unknown as { master: Pool }).master;
  const { rows } = await pool.query<Row>({ name, text, values });
  return rows;
}
