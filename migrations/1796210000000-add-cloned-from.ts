import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which version a benchmark was made from. */
export class AddClonedFrom1796210000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE benchmarks ADD COLUMN cloned_from jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE benchmarks DROP COLUMN cloned_from`);
  }
}
