import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Shards whose trials a provider answers as one batch, and answers whose latency nobody knows. */
export class AddShardBatches1797200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE shards ADD COLUMN batch jsonb');
    await runner.query('CREATE INDEX idx_shards_batch ON shards (run_id) WHERE batch IS NOT NULL');
    await runner.query('ALTER TABLE results ALTER COLUMN latency_ms DROP NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE results SET latency_ms = 0 WHERE latency_ms IS NULL');
    await runner.query('ALTER TABLE results ALTER COLUMN latency_ms SET NOT NULL');
    await runner.query('DROP INDEX idx_shards_batch');
    await runner.query('ALTER TABLE shards DROP COLUMN batch');
  }
}
