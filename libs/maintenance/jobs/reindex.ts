import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { DAY, MaintenanceJob, type Detail } from '../maintenance-job.js';

/** A smaller index is not worth it. */
const MIN_PAGES = 1280; // 10 MB
/** Pages that it has for each that it would take were it built now. */
const BLOATED = 2;

/** What an interrupted REINDEX CONCURRENTLY left, which nothing uses and every write pays for. */
const LEFT_BEHIND = `
SELECT i.indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)\\d*$' AND c.relnamespace = 'public'::regnamespace
  AND c.relkind = 'i' AND pg_has_role(c.relowner, 'USAGE')`;

/**
 * Trees that are far larger than their rows: each takes its columns as statistics tell of them, 8 bytes of its own and 4
 * in the page, which are filled to 90 %. Many alike take less than that, so none is called bloated for no reason.
 */
const BLOATED_INDEXES = `
SELECT c.oid::regclass::text AS name, pg_relation_size(c.oid)::float8 AS bytes
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' AND c.relnamespace = 'public'::regnamespace
JOIN pg_am m ON m.oid = c.relam AND m.amname = 'btree'
JOIN pg_class t ON t.oid = i.indrelid
CROSS JOIN LATERAL (
  SELECT sum(s.avg_width) + 12 AS width, count(s) AS known FROM pg_attribute a
  LEFT JOIN pg_stats s ON s.schemaname = 'public' AND s.tablename = t.relname AND s.attname = a.attname
  WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
) AS row
WHERE i.indisvalid AND i.indexprs IS NULL AND row.known = i.indnatts AND pg_has_role(c.relowner, 'USAGE')
  AND c.relpages > ${MIN_PAGES} AND c.reltuples >= 0
  AND c.relpages > ${BLOATED} * ceil(c.reltuples * row.width / (8192 * 0.9))`;

@Injectable()
export class Reindex extends MaintenanceJob {
  readonly name = 'reindex';
  readonly description =
    'Builds indexes anew that have twice the size they need, beside everything that goes on.';
  readonly everySeconds = 7 * DAY;

  async run(sql: QueryRunner): Promise<Detail> {
    for (const { name } of (await sql.query(LEFT_BEHIND)) as { name: string }[])
      await sql.query(`DROP INDEX CONCURRENTLY ${name}`);
    const indexes: Detail[] = [];
    for (const { name, bytes } of (await sql.query(BLOATED_INDEXES)) as { name: string; bytes: number }[]) {
      await sql.query(`REINDEX INDEX CONCURRENTLY ${name}`);
      const [{ now }] = (await sql.query('SELECT pg_relation_size($1::regclass)::float8 AS now', [name])) as [
        { now: number },
      ];
      indexes.push({ name, bytes_before: bytes, bytes_after: now });
    }
    return { indexes };
  }
}
