import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Secrets of workspaces, and sealed ones of webhooks beside those in plain text. */
export class CreateSecrets1797300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE secrets (
      id uuid NOT NULL,
      workspace_id uuid NOT NULL,
      name text NOT NULL,
      origin text NOT NULL,
      version integer NOT NULL,
      last_four text,
      key_id text NOT NULL,
      wrapped_key bytea NOT NULL,
      ciphertext bytea NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      last_used_at timestamptz,
      CONSTRAINT pk_secrets PRIMARY KEY (id),
      CONSTRAINT uq_secrets_name UNIQUE (workspace_id, name),
      CONSTRAINT fk_secrets_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
    )`);
    await runner.query(`ALTER TABLE webhooks
      ALTER COLUMN secret DROP NOT NULL,
      ADD COLUMN key_id text,
      ADD COLUMN wrapped_key bytea,
      ADD COLUMN ciphertext bytea,
      ADD CONSTRAINT ck_webhooks_secret CHECK (secret IS NOT NULL OR num_nulls(key_id, wrapped_key, ciphertext) = 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    // What is sealed cannot be opened here: those webhooks get a secret that their receivers do not know, and wait.
    await runner.query(`UPDATE webhooks SET active = false, secret = 'whsec_' || encode(sha256(ciphertext), 'base64')
      WHERE secret IS NULL`);
    await runner.query(`ALTER TABLE webhooks
      DROP CONSTRAINT ck_webhooks_secret,
      DROP COLUMN key_id,
      DROP COLUMN wrapped_key,
      DROP COLUMN ciphertext,
      ALTER COLUMN secret SET NOT NULL`);
    await runner.query('DROP TABLE secrets');
  }
}
