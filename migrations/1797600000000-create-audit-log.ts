import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did or was refused what. Append-only: the trigger lets through what its comments say, and nothing else. */
export class CreateAuditLog1797600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_log (
        id uuid NOT NULL,
        workspace_id uuid,
        at timestamptz NOT NULL DEFAULT now(),
        actor_kind text NOT NULL,
        actor_id text,
        action text NOT NULL,
        target_type text,
        target_id text,
        status smallint,
        count integer NOT NULL DEFAULT 1,
        address text,
        user_agent text,
        request_id text,
        before_hash text,
        after_hash text,
        CONSTRAINT pk_audit_log PRIMARY KEY (id)
      )`);
    await runner.query('CREATE INDEX idx_audit_log_workspace ON audit_log (workspace_id, id)');
    await runner.query('CREATE INDEX idx_audit_log_actor ON audit_log (actor_id, id)');
    await runner.query(`
      CREATE FUNCTION keep_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
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
          IF current_setting('aibench.audit_retention', true) = 'on' AND OLD.at < now() - interval '30 days' THEN
            RETURN OLD;
          END IF;
        ELSIF free <> ARRAY[]::text[] AND to_jsonb(NEW) - free = to_jsonb(OLD) - free THEN
          RETURN NEW;
        END IF;
        RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await runner.query(`
      CREATE TRIGGER keep_audit_log BEFORE UPDATE OR DELETE ON audit_log
      FOR EACH ROW EXECUTE FUNCTION keep_audit_log()`);
    await runner.query(`
      CREATE FUNCTION refuse_audit_log_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await runner.query(`
      CREATE TRIGGER refuse_audit_log_truncate BEFORE TRUNCATE ON audit_log
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_log_truncate()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_log');
    await runner.query('DROP FUNCTION keep_audit_log, refuse_audit_log_truncate');
  }
}
