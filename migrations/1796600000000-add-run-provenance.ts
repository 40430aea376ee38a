import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a run comes from that was not run here. */
export class AddRunProvenance1796600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE runs
      ADD COLUMN imported_from jsonb,
      ADD COLUMN import_key text,
      ADD COLUMN imported_at timestamptz,
      ADD CONSTRAINT uq_runs_import_key UNIQUE (workspace_id, import_key)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE runs DROP CONSTRAINT uq_runs_import_key,
      DROP COLUMN imported_from, DROP COLUMN import_key, DROP COLUMN imported_at`);
  }
}
