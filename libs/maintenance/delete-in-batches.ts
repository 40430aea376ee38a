import type { QueryRunner } from 'typeorm';

/** Few enough that nobody waits long for a row. */
const BATCH = 5000;

/**
 * Deletes rows a few thousand at a time, each batch a transaction of its own, so that an end in between loses nothing.
 * @param condition of a partitioned table, one that names a partition.
 * @param setting of each transaction, as `name = 'value'`.
 * @returns how many there were.
 */
export async function deleteInBatches(
  sql: QueryRunner,
  table: string,
  condition: string,
  parameters: unknown[],
  setting?: string,
): Promise<number> {
  for (let total = 0; ;) {
    await sql.startTransaction();
    try {
      if (setting !== undefined) await sql.query(`SET LOCAL ${setting}`);
      const { affected } = await sql.query(
        // By their places, which costs no look through the whole table; the condition again, for the partition.
        `DELETE FROM ${table} WHERE (${condition}) AND ctid = ANY (ARRAY(
           SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${BATCH}))`,
        parameters,
        true,
      );
      await sql.commitTransaction();
      total += affected ?? 0;
      if ((affected ?? 0) < BATCH) return total;
    } catch (error) {
      await sql.rollbackTransaction();
      throw error;
    }
  }
}
