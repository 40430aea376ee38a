import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the foreign key of samples did, in one look for a statement: a key is looked up once for each row, which was half of
 * what an import of a million samples took Postgres.
 */
export class CheckSamplesByStatement1797835000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE samples DROP CONSTRAINT fk_samples_benchmark_version');
    await runner.query(`
      CREATE FUNCTION check_benchmark_version_of_samples() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        orphan uuid;
      BEGIN
        SELECT stored.id INTO orphan FROM (SELECT DISTINCT benchmark_version_id AS id FROM stored_samples) AS stored
        WHERE NOT EXISTS (SELECT FROM benchmark_versions WHERE benchmark_versions.id = stored.id) LIMIT 1;
        IF FOUND THEN
          RAISE EXCEPTION 'samples of benchmark version %, which does not exist', orphan
            USING ERRCODE = 'foreign_key_violation';
        END IF;
        RETURN NULL;
      END $$`);
    // Two triggers: one with a transition table takes one event.
    for (const event of ['INSERT', 'UPDATE']) {
      await runner.query(`
        CREATE TRIGGER check_benchmark_version_on_${event.toLowerCase()} AFTER ${event} ON samples
        REFERENCING NEW TABLE AS stored_samples
        FOR EACH STATEMENT EXECUTE FUNCTION check_benchmark_version_of_samples()`);
    }
    // As a key's cascade does, it runs as the owner: the policy of samples looks at the version that is gone.
    await runner.query(`
      CREATE FUNCTION delete_samples_of_benchmark_version() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
      BEGIN
        DELETE FROM samples WHERE benchmark_version_id = OLD.id;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER delete_samples AFTER DELETE ON benchmark_versions
      FOR EACH ROW EXECUTE FUNCTION delete_samples_of_benchmark_version()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER delete_samples ON benchmark_versions');
    await runner.query('DROP FUNCTION delete_samples_of_benchmark_version');
    for (const event of ['insert', 'update'])
      await runner.query(`DROP TRIGGER check_benchmark_version_on_${event} ON samples`);
    await runner.query('DROP FUNCTION check_benchmark_version_of_samples');
    await runner.query(`
      ALTER TABLE samples ADD CONSTRAINT fk_samples_benchmark_version FOREIGN KEY (benchmark_version_id)
        REFERENCES benchmark_versions (id) ON DELETE CASCADE`);
  }
}
