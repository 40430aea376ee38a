import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddRollupFigures1796300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rollups ADD COLUMN reduction jsonb, ADD COLUMN figures jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rollups DROP COLUMN reduction, DROP COLUMN figures');
  }
}
