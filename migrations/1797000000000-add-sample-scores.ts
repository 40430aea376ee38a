import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The scores of an entry by sample, beside what they come to, so that comparisons do not scan results. */
export class AddSampleScores1797000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE rollups ADD COLUMN sample_ordinals integer[], ADD COLUMN sample_scores double precision[]',
    );
    // Rollups from before there were reducers are averages.
    await runner.query(`
      UPDATE rollups u SET (sample_ordinals, sample_scores) = (
        SELECT coalesce(array_agg(ordinal ORDER BY ordinal), '{}'), coalesce(array_agg(score ORDER BY ordinal), '{}')
        FROM (SELECT ordinal, avg(score) AS score FROM results r
          WHERE r.run_id = u.run_id AND r.entry_id = u.entry_id AND score IS NOT NULL GROUP BY ordinal) AS s)
      WHERE reduction IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rollups DROP COLUMN sample_ordinals, DROP COLUMN sample_scores');
  }
}
