import type { MigrationInterface, QueryRunner } from 'typeorm';

const RESULT_PARTITIONS = 16;

const partitions = (table: string): string[] =>
  Array.from(
    { length: RESULT_PARTITIONS },
    (_, i) =>
      `CREATE TABLE ${table}_p${i} PARTITION OF ${table} FOR VALUES WITH (MODULUS ${RESULT_PARTITIONS}, REMAINDER ${i})`,
  );

const UP = [
  `CREATE TABLE workspaces (
    id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_workspaces PRIMARY KEY (id),
    CONSTRAINT uq_workspaces_name UNIQUE (name)
  )`,
  `INSERT INTO workspaces (id, name) VALUES ('01936000-0000-7000-8000-000000000001', 'default')`,

  `CREATE TABLE agents (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    adapter text NOT NULL,
    model text NOT NULL,
    settings jsonb NOT NULL,
    content_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_agents PRIMARY KEY (id),
    CONSTRAINT uq_agents_name_version UNIQUE (workspace_id, name, version),
    CONSTRAINT fk_agents_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
  )`,
  `CREATE INDEX idx_agents_created_at ON agents (workspace_id, created_at, id)`,
  `CREATE TABLE recordings (
    agent_id uuid NOT NULL,
    sample_id text NOT NULL,
    epoch integer NOT NULL,
    answer jsonb NOT NULL,
    CONSTRAINT pk_recordings PRIMARY KEY (agent_id, sample_id, epoch),
    CONSTRAINT fk_recordings_agent FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE
  )`,

  `CREATE TABLE benchmarks (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    status text NOT NULL DEFAULT 'active',
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_benchmarks PRIMARY KEY (id),
    CONSTRAINT uq_benchmarks_name UNIQUE (workspace_id, name),
    CONSTRAINT ck_benchmarks_status CHECK (status IN ('active', 'archived')),
    CONSTRAINT fk_benchmarks_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id)
  )`,
  `CREATE INDEX idx_benchmarks_status ON benchmarks (workspace_id, status)`,
  `CREATE INDEX idx_benchmarks_created_at ON benchmarks (workspace_id, created_at, id)`,
  `CREATE TABLE benchmark_versions (
    id uuid NOT NULL,
    benchmark_id uuid NOT NULL,
    version integer NOT NULL,
    content_hash text NOT NULL,
    definition jsonb NOT NULL,
    sample_count integer NOT NULL,
    categories jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_benchmark_versions PRIMARY KEY (id),
    CONSTRAINT uq_benchmark_versions_version UNIQUE (benchmark_id, version),
    CONSTRAINT uq_benchmark_versions_content_hash UNIQUE (benchmark_id, content_hash),
    CONSTRAINT fk_benchmark_versions_benchmark FOREIGN KEY (benchmark_id) REFERENCES benchmarks (id) ON DELETE CASCADE
  )`,
  `CREATE TABLE samples (
    benchmark_version_id uuid NOT NULL,
    ordinal integer NOT NULL,
    sample_id text NOT NULL,
    input text NOT NULL,
    targets jsonb NOT NULL,
    choices jsonb,
    category text,
    metadata jsonb NOT NULL,
    CONSTRAINT pk_samples PRIMARY KEY (benchmark_version_id, ordinal),
    CONSTRAINT uq_samples_sample_id UNIQUE (benchmark_version_id, sample_id),
    CONSTRAINT fk_samples_benchmark_version FOREIGN KEY (benchmark_version_id)
      REFERENCES benchmark_versions (id) ON DELETE CASCADE
  )`,

  `CREATE TABLE runs (
    id uuid NOT NULL,
    workspace_id uuid NOT NULL,
    benchmark_version_id uuid NOT NULL,
    status text NOT NULL,
    config jsonb NOT NULL,
    scorer_versions jsonb NOT NULL,
    sample_count integer NOT NULL,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    completed_at timestamptz,
    CONSTRAINT pk_runs PRIMARY KEY (id),
    CONSTRAINT ck_runs_status
      CHECK (status IN ('queued', 'processing', 'paused', 'completed', 'failed', 'cancelled')),
    CONSTRAINT fk_runs_workspace FOREIGN KEY (workspace_id) REFERENCES workspaces (id),
    CONSTRAINT fk_runs_benchmark_version FOREIGN KEY (benchmark_version_id) REFERENCES benchmark_versions (id)
  )`,
  `CREATE INDEX idx_runs_status ON runs (status)`,
  `CREATE INDEX idx_runs_created_at ON runs (workspace_id, created_at, id)`,
  `CREATE INDEX idx_runs_benchmark_version ON runs (benchmark_version_id)`,
  `CREATE TABLE run_entries (
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    position smallint NOT NULL,
    agent_id uuid NOT NULL,
    agent jsonb NOT NULL,
    status text NOT NULL DEFAULT 'processing',
    error_code text,
    error text,
    trials integer NOT NULL,
    scored integer NOT NULL DEFAULT 0,
    agent_errors integer NOT NULL DEFAULT 0,
    infra_errors integer NOT NULL DEFAULT 0,
    unscored integer NOT NULL DEFAULT 0,
    input_tokens bigint NOT NULL DEFAULT 0,
    output_tokens bigint NOT NULL DEFAULT 0,
    cost_usd numeric(18,9) NOT NULL DEFAULT 0,
    completed_at timestamptz,
    CONSTRAINT pk_run_entries PRIMARY KEY (id),
    CONSTRAINT uq_run_entries_position UNIQUE (run_id, position),
    CONSTRAINT ck_run_entries_status CHECK (status IN ('processing', 'completed', 'failed', 'cancelled')),
    CONSTRAINT fk_run_entries_run FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE,
    CONSTRAINT fk_run_entries_agent FOREIGN KEY (agent_id) REFERENCES agents (id)
  )`,
  `CREATE INDEX idx_run_entries_agent ON run_entries (agent_id)`,
  `CREATE TABLE shards (
    id uuid NOT NULL,
    run_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    position integer NOT NULL,
    trial_from integer NOT NULL,
    trial_to integer NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    attempt integer NOT NULL DEFAULT 0,
    failures integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    worker text,
    CONSTRAINT pk_shards PRIMARY KEY (id),
    CONSTRAINT uq_shards_position UNIQUE (entry_id, position),
    CONSTRAINT ck_shards_status CHECK (status IN ('pending', 'leased', 'done', 'abandoned')),
    CONSTRAINT fk_shards_run FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE,
    CONSTRAINT fk_shards_entry FOREIGN KEY (entry_id) REFERENCES run_entries (id) ON DELETE CASCADE
  )`,
  `CREATE INDEX idx_shards_leased ON shards (run_id) WHERE status = 'leased'`,
  `CREATE INDEX idx_shards_unfinished ON shards (run_id, position) WHERE status IN ('pending', 'leased')`,

  `CREATE TABLE results (
    run_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    ordinal integer NOT NULL,
    epoch smallint NOT NULL,
    sample_id text NOT NULL,
    category text,
    outcome text NOT NULL,
    score double precision,
    scores jsonb,
    latency_ms real NOT NULL,
    ttft_ms real,
    input_tokens integer,
    output_tokens integer,
    cost_usd numeric(18,9),
    attempts smallint NOT NULL,
    error_code text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_results PRIMARY KEY (run_id, entry_id, ordinal, epoch),
    CONSTRAINT ck_results_outcome CHECK (outcome IN ('scored', 'agent_error', 'infra_error', 'unscored')),
    CONSTRAINT ck_results_score CHECK ((outcome = 'scored') = (score IS NOT NULL))
  ) PARTITION BY HASH (run_id)`,
  ...partitions('results'),
  `CREATE TABLE transcripts (
    run_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    ordinal integer NOT NULL,
    epoch smallint NOT NULL,
    messages jsonb NOT NULL,
    output text,
    tool_calls jsonb,
    finish_reason text,
    raw_id text,
    error text,
    explanations jsonb,
    CONSTRAINT pk_transcripts PRIMARY KEY (run_id, entry_id, ordinal, epoch)
  ) PARTITION BY HASH (run_id)`,
  ...partitions('transcripts'),
  `CREATE TABLE rollups (
    entry_id uuid NOT NULL,
    run_id uuid NOT NULL,
    n integer NOT NULL,
    mean double precision,
    variance double precision,
    is_binary boolean NOT NULL,
    per_category jsonb NOT NULL,
    per_scorer jsonb NOT NULL,
    latency_ms jsonb,
    ttft_ms jsonb,
    consistency double precision,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_rollups PRIMARY KEY (entry_id),
    CONSTRAINT fk_rollups_entry FOREIGN KEY (entry_id) REFERENCES run_entries (id) ON DELETE CASCADE
  )`,
];

const TABLES = [
  'rollups',
  'transcripts',
  'results',
  'shards',
  'run_entries',
  'runs',
  'samples',
  'benchmark_versions',
  'benchmarks',
  'recordings',
  'agents',
  'workspaces',
];

export class CreateFoundation1795530000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
  }
}
