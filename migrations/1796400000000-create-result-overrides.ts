import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Scores that somebody set by hand, with all that they took the place of. */
export class CreateResultOverrides1796400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE results ADD COLUMN overridden boolean NOT NULL DEFAULT false');
    await runner.query(`CREATE TABLE result_overrides (
      run_id uuid NOT NULL,
      entry_id uuid NOT NULL,
      ordinal integer NOT NULL,
      epoch smallint NOT NULL,
      revision integer NOT NULL,
      kind text NOT NULL,
      author text,
      reason text NOT NULL,
      former_overridden boolean NOT NULL,
      former_outcome text NOT NULL,
      former_score double precision,
      former_scores jsonb,
      former_error_code text,
      outcome text NOT NULL,
      score double precision,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT pk_result_overrides PRIMARY KEY (run_id, entry_id, ordinal, epoch, revision),
      CONSTRAINT ck_result_overrides_kind CHECK (kind IN ('set', 'restored')),
      CONSTRAINT fk_result_overrides_run FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE result_overrides');
    await runner.query('ALTER TABLE results DROP COLUMN overridden');
  }
}
