import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { DAY, MaintenanceJob, type Detail } from '../maintenance-job.js';

/** Those that may be vacuumed by who asks; partitions go with their whole. */
const TABLES = `
SELECT quote_ident(relname) AS name, pg_has_role(relowner, 'USAGE') AS ours FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname`;

@Injectable()
export class Vacuum extends MaintenanceJob {
  readonly name = 'vacuum';
  readonly description = 'VACUUM (ANALYZE) of every table, beside what autovacuum does.';
  readonly everySeconds = DAY;

  async run(sql: QueryRunner): Promise<Detail> {
    const tables = (await sql.query(TABLES)) as { name: string; ours: boolean }[];
    const ours = tables.filter((table) => table.ours);
    // One that somebody else works on is autovacuum's, or the next time's.
    for (const { name } of ours) await sql.query(`VACUUM (ANALYZE, SKIP_LOCKED) ${name}`);
    return { tables: ours.length, not_ours: tables.filter((table) => !table.ours).map(({ name }) => name) };
  }
}
