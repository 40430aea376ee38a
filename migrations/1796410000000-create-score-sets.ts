import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Other scores for the outputs of a finished run: a run of its own, whose trials are stored answers. */
export class CreateScoreSets1796410000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE runs ADD COLUMN rescores_run_id uuid,
         ADD CONSTRAINT fk_runs_rescores FOREIGN KEY (rescores_run_id) REFERENCES runs (id) ON DELETE CASCADE`,
    );
    await runner.query(
      'CREATE INDEX idx_runs_rescores ON runs (rescores_run_id) WHERE rescores_run_id IS NOT NULL',
    );
    await runner.query(`CREATE TABLE score_sets (
      id uuid NOT NULL,
      name text NOT NULL,
      reason text,
      scoring jsonb NOT NULL,
      scoring_hash text NOT NULL,
      CONSTRAINT pk_score_sets PRIMARY KEY (id),
      CONSTRAINT fk_score_sets_run FOREIGN KEY (id) REFERENCES runs (id) ON DELETE CASCADE
    )`);
    await runner.query(`CREATE TABLE score_set_entries (
      entry_id uuid NOT NULL,
      source_entry_id uuid NOT NULL,
      raised integer,
      lowered integer,
      gained integer,
      lost integer,
      same integer,
      CONSTRAINT pk_score_set_entries PRIMARY KEY (entry_id),
      CONSTRAINT fk_score_set_entries_entry FOREIGN KEY (entry_id) REFERENCES run_entries (id) ON DELETE CASCADE,
      CONSTRAINT fk_score_set_entries_source FOREIGN KEY (source_entry_id)
        REFERENCES run_entries (id) ON DELETE CASCADE
    )`);
    await runner.query('CREATE INDEX idx_score_set_entries_source ON score_set_entries (source_entry_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM runs WHERE rescores_run_id IS NOT NULL');
    await runner.query('DROP TABLE score_set_entries');
    await runner.query('DROP TABLE score_sets');
    await runner.query('ALTER TABLE runs DROP COLUMN rescores_run_id');
  }
}
