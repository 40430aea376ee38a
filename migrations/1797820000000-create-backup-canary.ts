import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One sealed value, made anew with each backup: what restored it has the master keys too, if it opens there. */
export class CreateBackupCanary1797820000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE backup_canary (
        id uuid CONSTRAINT pk_backup_canary PRIMARY KEY,
        key_id text NOT NULL,
        wrapped_key bytea NOT NULL,
        ciphertext bytea NOT NULL,
        sealed_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE backup_canary');
  }
}
