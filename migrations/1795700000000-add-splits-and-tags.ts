import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Splits and tags of samples, and which splits a version has. */
export class AddSplitsAndTags1795700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE samples ADD COLUMN split text, ADD COLUMN tags jsonb`);
    await runner.query(`ALTER TABLE benchmark_versions ADD COLUMN splits jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE benchmark_versions DROP COLUMN splits`);
    await runner.query(`ALTER TABLE samples DROP COLUMN split, DROP COLUMN tags`);
  }
}
