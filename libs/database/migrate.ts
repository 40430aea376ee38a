import { DataSource } from 'typeorm';
import { AppError, messageOf } from '#libs/common';
import { MIGRATIONS } from '#migrations';
import { dataSourceOptions } from './data-source-options.js';
import { ensureTenantRole } from './tenant-role.js';

/** Held while migrating, so that of several starting processes one migrates and the others wait for it. */
const MIGRATION_LOCK = 4_272_024;

/**
 * Brings the schema up to date.
 * @param last the migration to stop after, for data of an older schema.
 * @throws AppError `database_unreachable` when nothing answers at the URL, `tenant_role_unavailable`, `schema_unknown`.
 */
export async function migrate(url: string, last?: string): Promise<void> {
  const dataSource = await connect(url, migrationsUpTo(last));
  try {
    const lock = dataSource.createQueryRunner();
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      await ensureTenantRole(lock);
      await dataSource.runMigrations();
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

async function connect(url: string, migrations: typeof MIGRATIONS): Promise<DataSource> {
  try {
    return await new DataSource({ ...dataSourceOptions(url), migrations }).initialize();
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
