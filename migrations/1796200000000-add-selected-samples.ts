import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which samples a run with a filter is over. */
export class AddSelectedSamples1796200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE runs ADD COLUMN selected integer[]`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE runs DROP COLUMN selected`);
  }
}
