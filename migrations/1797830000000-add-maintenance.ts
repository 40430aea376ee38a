import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When each job of maintenance ran last, how long workspaces keep what, and what of a run is not kept any more. */
export class AddMaintenance1797830000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE maintenance_runs (
        job text NOT NULL,
        started_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        error text,
        detail jsonb,
        CONSTRAINT pk_maintenance_runs PRIMARY KEY (job)
      )`);
    await runner.query(`
      ALTER TABLE workspaces
        ADD COLUMN keep_transcripts_days integer,
        ADD COLUMN keep_results_days integer,
        ADD COLUMN keep_audit_days integer,
        ADD CONSTRAINT ck_workspaces_keep CHECK (keep_transcripts_days > 0 AND keep_results_days > 0 AND keep_audit_days >= 30)`);
    await runner.query(`
      ALTER TABLE runs
        ADD COLUMN transcripts_deleted_at timestamptz,
        ADD COLUMN results_deleted_at timestamptz`);
    await runner.query(keepAuditLog(`AND current_user <> 'benchmark_tenant'`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(keepAuditLog(''));
    await runner.query('ALTER TABLE runs DROP COLUMN transcripts_deleted_at, DROP COLUMN results_deleted_at');
    await runner.query(
      'ALTER TABLE workspaces DROP COLUMN keep_transcripts_days, DROP COLUMN keep_results_days, DROP COLUMN keep_audit_days',
    );
    await runner.query('DROP TABLE maintenance_runs');
  }
}

/** The trigger's function as it was made, with one more condition of retention: no request may delete, whatever its SQL says. */
const keepAuditLog = (condition: string): string => `
  CREATE OR REPLACE FUNCTION keep_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    -- What an update may change; the rest of the row has to stay as it was.
    free text[] := CASE
      -- Erasure of somebody's personal data, by a transaction that says so.
      WHEN current_setting('aibench.audit_erasure', true) = 'on'
        THEN ARRAY['actor_id', 'target_id', 'address', 'user_agent']
      -- Once: what came of a request, when it is answered.
      WHEN OLD.status IS NULL THEN ARRAY['status', 'target_type', 'target_id', 'after_hash']
      ELSE ARRAY[]::text[]
    END;
  BEGIN
    IF TG_OP = 'DELETE' THEN
      -- Retention, by a transaction that says so, of what is older than 30 days.
      IF current_setting('aibench.audit_retention', true) = 'on' AND OLD.at < now() - interval '30 days' ${condition} THEN
        RETURN OLD;
      END IF;
    ELSIF free <> ARRAY[]::text[] AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'insufficient_privilege';
  END $$`;
