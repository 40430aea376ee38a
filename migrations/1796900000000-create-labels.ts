import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE labels (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    run_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    ordinal integer NOT NULL,
    epoch smallint NOT NULL,
    sample_id text NOT NULL,
    scorer text NOT NULL,
    rater text NOT NULL,
    value double precision,
    category text,
    note text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_labels PRIMARY KEY (id),
    CONSTRAINT uq_labels_trial UNIQUE (run_id, entry_id, ordinal, epoch, scorer, rater),
    CONSTRAINT ck_labels_value CHECK (value BETWEEN 0 AND 1 OR (value IS NULL AND category IS NOT NULL)),
    CONSTRAINT fk_labels_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    CONSTRAINT fk_labels_entry FOREIGN KEY (entry_id) REFERENCES run_entries (id) ON DELETE CASCADE
  )`,
  `CREATE INDEX idx_labels_run ON labels (run_id, id)`,
  `CREATE INDEX idx_labels_entry ON labels (entry_id)`,
];

export class CreateLabels1796900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE labels');
  }
}
