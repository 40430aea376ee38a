import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE runs
    ADD COLUMN limits jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN pause_code text,
    ADD COLUMN pause_reason text,
    ADD COLUMN active_since timestamptz,
    ADD COLUMN active_seconds double precision NOT NULL DEFAULT 0`,
  `UPDATE runs SET active_since = started_at WHERE status = 'processing'`,

  `ALTER TABLE run_entries
    DROP CONSTRAINT ck_run_entries_status,
    ADD CONSTRAINT ck_run_entries_status
      CHECK (status IN ('processing', 'paused', 'completed', 'failed', 'cancelled')),
    ADD COLUMN price_version text,
    ADD COLUMN rate_limited integer NOT NULL DEFAULT 0,
    ADD COLUMN doubtful_usd numeric(18,9) NOT NULL DEFAULT 0,
    ADD COLUMN doubtful_tokens bigint NOT NULL DEFAULT 0`,

  `ALTER TABLE shards
    ADD COLUMN not_before timestamptz,
    ADD COLUMN outages integer NOT NULL DEFAULT 0,
    ADD COLUMN tried jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN reserved_usd numeric(18,9) NOT NULL DEFAULT 0,
    ADD COLUMN reserved_tokens bigint NOT NULL DEFAULT 0`,

  `ALTER TABLE results ADD COLUMN shard_id uuid, ADD COLUMN lease integer`,

  `CREATE TABLE discarded_calls (
    shard_id uuid NOT NULL,
    lease integer NOT NULL,
    ordinal integer NOT NULL,
    epoch smallint NOT NULL,
    run_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    input_tokens integer NOT NULL,
    output_tokens integer NOT NULL,
    cost_usd numeric(18,9),
    raw_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_discarded_calls PRIMARY KEY (shard_id, lease, ordinal, epoch),
    CONSTRAINT fk_discarded_calls_run FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE
  )`,
  `CREATE INDEX idx_discarded_calls_run ON discarded_calls (run_id)`,
];

const DOWN = [
  `DROP TABLE discarded_calls`,
  `ALTER TABLE results DROP COLUMN shard_id, DROP COLUMN lease`,
  `ALTER TABLE shards DROP COLUMN not_before, DROP COLUMN outages, DROP COLUMN tried,
    DROP COLUMN reserved_usd, DROP COLUMN reserved_tokens`,
  `UPDATE run_entries SET status = 'processing' WHERE status = 'paused'`,
  `ALTER TABLE run_entries
    DROP CONSTRAINT ck_run_entries_status,
    ADD CONSTRAINT ck_run_entries_status CHECK (status IN ('processing', 'completed', 'failed', 'cancelled')),
    DROP COLUMN price_version, DROP COLUMN rate_limited, DROP COLUMN doubtful_usd, DROP COLUMN doubtful_tokens`,
  `ALTER TABLE runs DROP COLUMN limits, DROP COLUMN pause_code, DROP COLUMN pause_reason,
    DROP COLUMN active_since, DROP COLUMN active_seconds`,
];

/** Budgets, reasons for pauses, delayed shards, and the usage of calls whose trial another worker stored. */
export class AddRunControl1795600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
