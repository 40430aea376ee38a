import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdempotencyKeys1795610000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE idempotency_keys (
      workspace_id uuid NOT NULL,
      key text NOT NULL,
      request_hash text NOT NULL,
      run_id uuid NOT NULL,
      status smallint,
      answer jsonb,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT pk_idempotency_keys PRIMARY KEY (workspace_id, key),
      CONSTRAINT fk_idempotency_keys_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
      CONSTRAINT fk_idempotency_keys_run FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
    )`);
    await runner.query('CREATE INDEX idx_idempotency_keys_run ON idempotency_keys (run_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_keys');
  }
}
