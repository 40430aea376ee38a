import type { QueryRunner } from 'typeorm';
import { AppError, messageOf } from '#libs/common';

/** The role of requests: it has no login and no way around row-level security. */
export const TENANT_ROLE = 'benchmark_tenant';

/** A role is of the whole server, so that another database's service may make it at the same time. */
const CREATE = `
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${TENANT_ROLE}') THEN
    CREATE ROLE ${TENANT_ROLE} NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$`;

/**
 * Sees to it that requests can be confined: makes the role where the database's user may, and takes it on for a moment.
 * @throws AppError `tenant_role_unavailable` saying what an operator has to do.
 */
export async function ensureTenantRole(runner: QueryRunner): Promise<void> {
  const [{ user }] = (await runner.query('SELECT current_user AS "user"')) as [{ user: string }];
  try {
    await runner.query(CREATE);
    const assume = (): Promise<unknown> => runner.query(`SELECT set_config('role', '${TENANT_ROLE}', true)`);
    await assume().catch(async () => {
      await runner.query(`GRANT ${TENANT_ROLE} TO CURRENT_USER`);
      await assume();
    });
  } catch (error) {
    throw unavailable(
      `The user "${user}" of DATABASE_URL can neither make the role ${TENANT_ROLE} nor take it on (${messageOf(error)}).`,
      `CREATE ROLE ${TENANT_ROLE} NOLOGIN; (unless it is there) GRANT ${TENANT_ROLE} TO "${user}";`,
    );
  }
  const [{ unbound }] = (await runner.query(
    'SELECT rolsuper OR rolbypassrls AS unbound FROM pg_roles WHERE rolname = $1',
    [TENANT_ROLE],
  )) as [{ unbound: boolean }];
  if (unbound)
    throw unavailable(
      `The role ${TENANT_ROLE} is above row-level security, so it confines nobody.`,
      `ALTER ROLE ${TENANT_ROLE} NOSUPERUSER NOBYPASSRLS;`,
    );
}

const unavailable = (what: string, statements: string): AppError =>
  new AppError(
    'unavailable',
    'tenant_role_unavailable',
    `${what} Without it one workspace's requests would not be kept from another's rows, so the service does not start. ` +
      `As a superuser of that server, run: ${statements}`,
  );
