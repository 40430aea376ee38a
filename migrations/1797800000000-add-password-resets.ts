import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE password_resets (
    token_hash text NOT NULL,
    user_id uuid NOT NULL,
    issued_by uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_password_resets PRIMARY KEY (token_hash),
    CONSTRAINT fk_password_resets_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_password_resets_issued_by FOREIGN KEY (issued_by) REFERENCES users (id)
  )`,
  `CREATE INDEX idx_password_resets_user ON password_resets (user_id)`,
];

/** Tokens by which people who have forgotten their password choose another. Closed to requests of a workspace. */
export class AddPasswordResets1797800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE password_resets');
  }
}
