import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['agents', 'benchmarks', 'runs'];

/** Lists go by id, newest first: without this a page of a small workspace reads past all that is newer of a large one. */
export class IndexListsById1797836000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await runner.query(`CREATE INDEX idx_${table}_workspace ON ${table} (workspace_id, id)`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await runner.query(`DROP INDEX idx_${table}_workspace`);
    }
  }
}
