import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The scores of an entry by sample, beside what they come to, so that comparisons do not scan results. */
export class AddSampleScores1797000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE rollups ADD COLUMN sample_ordinals integer[], ADD COLUMN sample_scores double precision[]',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rollups DROP COLUMN sample_ordinals, DROP COLUMN sample_scores');
  }
}
