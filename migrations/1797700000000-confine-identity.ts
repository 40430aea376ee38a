import type { MigrationInterface, QueryRunner } from 'typeorm';
import { closeToTenant, ofWorkspace, openToTenant } from './tenant-policy.js';

const ROWS = {
  memberships: ofWorkspace(),
  invitations: ofWorkspace(),
  api_keys: ofWorkspace(),
  // Of its members; their names and addresses, and never more of others.
  users: () => '(SELECT true FROM memberships AS own WHERE own.user_id = users.id LIMIT 1)',
};

/** What requests may reach of people. Sessions and refresh tokens stay closed: what a person does with them is no matter of a workspace. */
export class ConfineIdentity1797700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, condition] of Object.entries(ROWS)) await openToTenant(runner, table, condition);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(ROWS)) await closeToTenant(runner, table);
  }
}
