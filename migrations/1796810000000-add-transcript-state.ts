import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddTranscriptState1796810000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE transcripts ADD COLUMN state jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE transcripts DROP COLUMN state');
  }
}
