import type { MigrationInterface, QueryRunner } from 'typeorm';
import { closeToTenant, ofWorkspace, openToTenant } from './tenant-policy.js';

/** Strangers are in no workspace; the first one, the operator's, has what they were refused. */
const FIRST_WORKSPACE = '01936000-0000-7000-8000-000000000001';

const ROWS = {
  memberships: ofWorkspace(),
  invitations: ofWorkspace(),
  api_keys: ofWorkspace(),
  secrets: ofWorkspace(),
  audit_log: (table: string) =>
    `coalesce(${table}.workspace_id, '${FIRST_WORKSPACE}') = (SELECT nullif(current_setting('aibench.workspace_id', true), '')::uuid)`,
  // Of its members; their names and addresses, and never more of others.
  users: () => '(SELECT true FROM memberships AS own WHERE own.user_id = users.id LIMIT 1)',
};

/** What requests may reach of people and of what is kept for them. Sessions and refresh tokens stay closed: what a person does with them is no matter of a workspace. */
export class ConfinePeopleSecretsAndAudit1797700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, condition] of Object.entries(ROWS)) await openToTenant(runner, table, condition);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(ROWS)) await closeToTenant(runner, table);
  }
}
