import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddTranscriptSteps1796010000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE transcripts ADD COLUMN steps jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE transcripts DROP COLUMN steps');
  }
}
