import { Injectable } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import { Metrics } from '#libs/observability';
import { DAY, HOUR, MaintenanceJob, type Detail } from '../maintenance-job.js';

/** With indexes and what is stored apart; of a partitioned table all of it. */
const SIZES = `
SELECT pg_database_size(current_database())::float8 AS bytes, now() AS at, (
  SELECT jsonb_object_agg(name, bytes ORDER BY bytes DESC) FROM (
    SELECT c.relname AS name, sum(pg_total_relation_size(t.relid))::float8 AS bytes
    FROM pg_class c CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(c.oid) UNION SELECT c.oid::regclass) AS t
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    GROUP BY 1 ORDER BY 2 DESC LIMIT 10) AS largest) AS tables`;

@Injectable()
export class DatabaseSize extends MaintenanceJob {
  readonly name = 'database-size';
  readonly description = 'Measures the database, its largest tables, and what it grew since the last time.';
  readonly everySeconds = HOUR;

  constructor(private readonly metrics: Metrics) {
    super();
  }

  async run(sql: QueryRunner, before: Detail | null): Promise<Detail> {
    const [{ bytes, at, tables }] = (await sql.query(SIZES)) as [{ bytes: number; at: Date; tables: Detail }];
    this.metrics.databaseSize.set(bytes);
    const days = before ? (at.getTime() - Date.parse(String(before['at']))) / (DAY * 1000) : 0;
    const growth = days > 0 ? Math.round((bytes - Number(before?.['bytes'])) / days) : null;
    return { bytes, at: at.toISOString(), growth_bytes_per_day: growth, tables };
  }
}
