import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddTranscriptVerdicts1796100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE transcripts ADD COLUMN verdicts jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE transcripts DROP COLUMN verdicts');
  }
}
