import { DataSource } from 'typeorm';
import { AppError, messageOf } from '#libs/common';
import { MIGRATIONS } from '#migrations';
import { dataSourceOptions } from './data-source-options.js';
import { ensureTenantRole } from './tenant-role.js';

/** Held while migrating, so that of several starting processes one migrates and the others wait for it. */
const MIGRATION_LOCK = 4_272_024;

/** How long a migration waits for a table: whoever wants the table meanwhile waits behind it. */
const LOCK_TIMEOUT_MS = 2000;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Brings the schema up to date.
 * @param last the migration to stop after, for data of an older schema.
 * @throws AppError `database_unreachable` when nothing answers at the URL, `tenant_role_unavailable`, `schema_unknown`,
 * `migration_blocked`.
 */
export async function migrate(url: string, last?: string): Promise<void> {
  const dataSource = await connect(url, migrationsUpTo(last));
  try {
    const lock = dataSource.createQueryRunner();
    // For another process's migrations it waits as long as they take.
    await lock.query('SET lock_timeout = 0');
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      await ensureTenantRole(lock);
      await dataSource.runMigrations().catch(explain);
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

function migrationsUpTo(last: string | undefined): typeof MIGRATIONS {
  if (last === undefined) return MIGRATIONS;
  const index = MIGRATIONS.findIndex(({ name }) => name === last);
  if (index >= 0) return MIGRATIONS.slice(0, index + 1);
  throw AppError.invalid(
    'schema_unknown',
    `The data have the schema of the migration "${last}", which this version of the service does not know. Take the version that wrote them, or a later one.`,
  );
}

function explain(error: unknown): never {
  if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
  throw new AppError(
    'unavailable',
    'migration_blocked',
    `A migration waited ${LOCK_TIMEOUT_MS} ms for a table that a transaction holds, and changed nothing. End that transaction (see pg_stat_activity) or wait for it, then start again.`,
    { cause: error },
  );
}

async function connect(url: string, migrations: typeof MIGRATIONS): Promise<DataSource> {
  const options = dataSourceOptions(url);
  const extra = { ...(options.extra as object), lock_timeout: LOCK_TIMEOUT_MS };
  try {
    return await new DataSource({ ...options, migrations, extra }).initialize();
  } catch (error) {
    const { host, pathname } = new URL(url);
    const reason = messageOf(error) || (error as { code?: string }).code;
    throw new AppError(
      'unavailable',
      'database_unreachable',
      `Cannot open the database ${pathname.slice(1)} at ${host}: ${reason}. Check that Postgres runs there and that DATABASE_URL is right.`,
      { cause: error },
    );
  }
}
