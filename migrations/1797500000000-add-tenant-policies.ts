import type { MigrationInterface, QueryRunner } from 'typeorm';
import { closeToTenant, ofParent, ofWorkspace, openToTenant } from './tenant-policy.js';

const ROWS = {
  workspaces: ofWorkspace('id'),
  agents: ofWorkspace(),
  recordings: ofParent('agents', 'agent_id'),
  benchmarks: ofWorkspace(),
  benchmark_versions: ofParent('benchmarks', 'benchmark_id'),
  samples: ofParent('benchmark_versions', 'benchmark_version_id'),
  runs: ofWorkspace(),
  run_entries: ofParent('runs', 'run_id'),
  shards: ofParent('runs', 'run_id'),
  results: ofParent('runs', 'run_id'),
  transcripts: ofParent('runs', 'run_id'),
  rollups: ofParent('runs', 'run_id'),
  discarded_calls: ofParent('runs', 'run_id'),
  result_overrides: ofParent('runs', 'run_id'),
  score_sets: ofParent('runs', 'id'),
  // Not of the entry itself, which the same statement makes and therefore does not see.
  score_set_entries: ofParent('run_entries', 'source_entry_id'),
  labels: ofWorkspace(),
  idempotency_keys: ofWorkspace(),
  webhooks: ofWorkspace(),
  webhook_deliveries: ofParent('webhooks', 'webhook_id'),
};

/** What requests may reach: the rows of their workspace. The role itself is made before any migration. */
export class AddTenantPolicies1797500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('GRANT USAGE ON SCHEMA public TO benchmark_tenant');
    for (const [table, condition] of Object.entries(ROWS)) await openToTenant(runner, table, condition);
  }

  /** The role stays: other databases of the server may have it. */
  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(ROWS)) await closeToTenant(runner, table);
    await runner.query('REVOKE USAGE ON SCHEMA public FROM benchmark_tenant');
  }
}
