import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Workspaces are told apart by their ids: that a name was taken told strangers of each other's. */
export class LetWorkspacesShareNames1797801000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE workspaces DROP CONSTRAINT uq_workspaces_name');
  }

  /** Of those that share a name, all but the oldest get their id to it. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE workspaces w SET name = w.name || ' ' || w.id
       WHERE EXISTS (SELECT 1 FROM workspaces o WHERE o.name = w.name AND o.id < w.id)`,
    );
    await runner.query('ALTER TABLE workspaces ADD CONSTRAINT uq_workspaces_name UNIQUE (name)');
  }
}
