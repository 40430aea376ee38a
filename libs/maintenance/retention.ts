import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type QueryRunner } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { deleteInBatches } from './delete-in-batches.js';

/** How many days each is kept; null: for ever. Of trials the days count from the end of their run. */
export interface Keep {
  transcripts: number | null;
  results: number | null;
  audit: number | null;
}

/** Rows that are not kept any longer, by table. */
export interface RowCounts {
  transcripts: number;
  results: number;
  audit_log: number;
}

type TrialTable = 'transcripts' | 'results';

/** Each table's own bound, or that of the results: no transcript outlives its result. */
const DAYS = {
  transcripts: 'least(w.keep_transcripts_days, w.keep_results_days)',
  results: 'w.keep_results_days',
};

/** $1 workspace. Runs that ended long enough ago, but for those at whose outputs a score set is. */
const RUNS = (table: TrialTable): string => `
SELECT r.id FROM runs r JOIN workspaces w ON w.id = r.workspace_id
WHERE w.id = $1 AND r.status IN ('completed', 'failed', 'cancelled')
  AND r.completed_at < now() - make_interval(days => ${DAYS[table]})
  AND NOT EXISTS (SELECT 1 FROM runs s WHERE s.rescores_run_id = r.id AND s.status IN ('queued', 'processing', 'paused'))
  AND EXISTS (SELECT 1 FROM ${table} t WHERE t.run_id = r.id)`;

/** $1 workspace. Strangers are in none; the first one, the operator's, decides about them. */
const AUDIT = `
coalesce(workspace_id, '${DEFAULT_WORKSPACE_ID}') = $1
  AND at < now() - make_interval(days => (SELECT keep_audit_days FROM workspaces WHERE id = $1))`;

/** What workspaces keep, and the deleting of the rest. Runs, entries, rollups, labels and overrides stay. */
@Injectable()
export class Retention {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async get(workspaceId: string): Promise<Keep> {
    const [keep] = await this.dataSource.query<[Keep]>(
      `SELECT keep_transcripts_days AS transcripts, keep_results_days AS results, keep_audit_days AS audit
       FROM workspaces WHERE id = $1`,
      [workspaceId],
    );
    return keep;
  }

  async set(workspaceId: string, { transcripts, results, audit }: Keep): Promise<void> {
    await this.dataSource.query(
      'UPDATE workspaces SET keep_transcripts_days = $2, keep_results_days = $3, keep_audit_days = $4 WHERE id = $1',
      [workspaceId, transcripts, results, audit],
    );
  }

  /** What would be deleted now. */
  async preview(workspaceId: string): Promise<RowCounts> {
    const count = async (from: string): Promise<number> => {
      const [{ n }] = await this.dataSource.query<[{ n: number }]>(
        `SELECT count(*)::float8 AS n FROM ${from}`,
        [workspaceId],
      );
      return n;
    };
    const ofRuns = (table: TrialTable): Promise<number> => count(`${table} WHERE run_id IN (${RUNS(table)})`);
    return {
      transcripts: await ofRuns('transcripts'),
      results: await ofRuns('results'),
      audit_log: await count(`audit_log WHERE ${AUDIT}`),
    };
  }

  /** Deletes it, of all workspaces. @returns what was deleted. */
  async apply(sql: QueryRunner): Promise<RowCounts> {
    const deleted = { transcripts: 0, results: 0, audit_log: 0 };
    for (const { id } of (await sql.query('SELECT id FROM workspaces')) as { id: string }[]) {
      deleted.transcripts += await this.forget(sql, 'transcripts', id);
      deleted.results += await this.forget(sql, 'results', id);
      // The one way in which the table's trigger lets rows go; no request has it.
      deleted.audit_log += await deleteInBatches(
        sql,
        'audit_log',
        AUDIT,
        [id],
        `aibench.audit_retention = 'on'`,
      );
    }
    return deleted;
  }

  private async forget(sql: QueryRunner, table: TrialTable, workspaceId: string): Promise<number> {
    let deleted = 0;
    for (const { id } of (await sql.query(RUNS(table), [workspaceId])) as { id: string }[]) {
      // Said before it is done, and under the run's lock: one that was just continued keeps everything.
      const { affected } = await sql.query(
        `UPDATE runs SET ${table}_deleted_at = coalesce(${table}_deleted_at, now())
         WHERE id = $1 AND status IN ('completed', 'failed', 'cancelled')`,
        [id],
        true,
      );
      if (affected) deleted += await deleteInBatches(sql, table, 'run_id = $1', [id]);
    }
    return deleted;
  }
}
