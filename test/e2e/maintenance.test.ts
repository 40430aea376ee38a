import pg from 'pg';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import { inWorkspace } from '#libs/database';
import { MaintenanceRunner } from '#libs/maintenance';
import { otherWorkspace, signIn, userWith, type SignedInClient } from '#test/support/identity';
import { startTestService, type TestService } from '#test/support/service';

const LOCK = 4_272_025;

describe('maintenance', { timeout: 60_000 }, () => {
  let service: TestService;
  let admin: SignedInClient;
  let sql: pg.Client;
  let backups: string;

  beforeAll(async () => {
    backups = await mkdtemp(join(tmpdir(), 'aibench-backups-'));
    service = await startTestService({ AUTH_MODE: 'token', BACKUP_METRICS_FOLDER: backups });
    admin = await signIn(service);
    sql = new pg.Client(service.database.url);
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await service.close();
    await rm(backups, { recursive: true });
  });

  const jobOf = async (name: string): Promise<any> =>
    (await admin.get('/api/v1/maintenance')).body.items.find(({ job }: any) => job === name);
  /** Runs it by hand and waits. */
  const run = async (name: string): Promise<any> => {
    const before = await jobOf(name);
    const { status, body } = await admin.post(`/api/v1/maintenance/${name}/run`);
    expect(status, JSON.stringify(body)).toBe(202);
    return vi.waitFor(
      async () => {
        const job = await jobOf(name);
        expect(job.finished_at).not.toBeNull();
        expect(job.finished_at).not.toBe(before.finished_at);
        return job;
      },
      { timeout: 30_000 },
    );
  };

  it('lists every job, runs each by hand and keeps what came of it', async () => {
    await writeFile(
      join(backups, 'local.prom'),
      `benchmark_backup_last_success_timestamp_seconds{repo="local"} ${Date.now() / 1000 - 7200}\n`,
    );
    const { body } = await admin.get('/api/v1/maintenance');
    const names = body.items.map(({ job }: any) => job);
    expect(names).toEqual([
      'stalled-runs',
      'expired-rows',
      'retention',
      'vacuum',
      'reindex',
      'warm-up',
      'database-size',
      'backup-freshness',
      'dependencies',
    ]);
    for (const name of names) expect(await run(name)).toMatchObject({ status: 'done', error: null });
    expect((await jobOf('vacuum')).detail).toMatchObject({ not_ours: [] });
    const vacuumed = await sql.query(
      'SELECT count(*)::int AS n FROM pg_stat_user_tables WHERE vacuum_count > 0 AND analyze_count > 0',
    );
    expect(vacuumed.rows[0].n).toBeGreaterThan(40);
    expect((await jobOf('database-size')).detail).toMatchObject({
      bytes: expect.any(Number),
      growth_bytes_per_day: null,
      tables: expect.objectContaining({ results: expect.any(Number) }),
    });
    expect(typeof (await run('database-size')).detail.growth_bytes_per_day).toBe('number');
    expect((await jobOf('dependencies')).detail).toMatchObject({ node: process.versions.node });
    expect((await jobOf('backup-freshness')).detail).toEqual({ watched: true, 'backup local hours': 2 });
    const { body: metrics } = await admin.get('/metrics');
    expect(metrics).toContain('maintenance_runs_total{job="vacuum",outcome="done"} 1');
    expect(metrics).toMatch(/benchmark_backup_last_success_timestamp_seconds\{repo="local"\} \d+/);
    expect(metrics).not.toContain('benchmark_restore_drill_failed{');
  });

  it('says what is wrong with backups that are old, failed or missing', async () => {
    await writeFile(
      join(backups, 'local.prom'),
      `benchmark_backup_last_success_timestamp_seconds{repo="local"} ${Date.now() / 1000 - 30 * 3600}\nbenchmark_restore_drill_failed 1\n`,
    );
    expect(await run('backup-freshness')).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/backup local is 30 h old, the last drill failed/),
      detail: { 'backup local hours': 2 },
    });
    await rm(join(backups, 'local.prom'));
    expect((await run('backup-freshness')).error).toMatch('there was no backup yet');
  });

  it('runs what is due once, whoever looks, and a job in one process at a time', async () => {
    const runner = service.app.get(MaintenanceRunner);
    await sql.query(
      `UPDATE maintenance_runs SET started_at = now() - interval '2 hours' WHERE job = 'warm-up'`,
    );
    const starts = async (): Promise<string> => (await jobOf('warm-up')).started_at;
    await Promise.all([runner.runDue(), runner.runDue(), runner.runDue()]);
    const first = await starts();
    await runner.runDue();
    expect(await starts()).toBe(first);
    const { body: metrics } = await admin.get('/metrics');
    expect(metrics).toContain('maintenance_runs_total{job="warm-up",outcome="done"} 2');

    await sql.query('SELECT pg_advisory_lock($1, hashtext($2))', [LOCK, 'warm-up']);
    await sql.query(`UPDATE maintenance_runs SET finished_at = NULL WHERE job = 'warm-up'`);
    const refused = await admin.post('/api/v1/maintenance/warm-up/run');
    expect(refused).toMatchObject({ status: 409, body: { code: 'maintenance_running' } });
    expect((await jobOf('warm-up')).status).toBe('running');
    await sql.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCK, 'warm-up']);
    expect((await jobOf('warm-up')).status).toBe('interrupted');
    const unknown = await admin.post('/api/v1/maintenance/nothing/run');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'maintenance_job_unknown' } });
  });

  it('is for admins of the first workspace alone', async () => {
    const other = await otherWorkspace(service);
    const editor = await userWith(service, 'editor');
    expect(await other.get('/api/v1/maintenance')).toMatchObject({
      status: 403,
      body: { code: 'not_the_operator' },
    });
    expect((await other.post('/api/v1/maintenance/vacuum/run')).status).toBe(403);
    expect((await editor.get('/api/v1/maintenance')).status).toBe(403);
    expect((await editor.get('/api/v1/retention')).status).toBe(403);
  });

  it('builds a bloated index anew, and clears away what an interrupted attempt left', async () => {
    await sql.query(`
      CREATE TABLE much (id integer NOT NULL, CONSTRAINT pk_much PRIMARY KEY (id));
      INSERT INTO much SELECT generate_series(1, 1000000);
      DELETE FROM much WHERE id % 10 > 0`);
    await sql.query('VACUUM (ANALYZE) much');
    // Not unique, so that it fails and leaves what it began.
    const failing = sql.query('CREATE UNIQUE INDEX CONCURRENTLY pk_much_ccnew ON much ((id % 2))');
    await expect(failing).rejects.toThrow('pk_much_ccnew');
    const { detail } = await run('reindex');
    expect(detail.indexes).toMatchObject([{ name: 'pk_much' }]);
    expect(detail.indexes[0].bytes_after).toBeLessThan(detail.indexes[0].bytes_before / 5);
    const left = await sql.query(`SELECT relname FROM pg_class WHERE relname LIKE 'pk_much%'`);
    expect(left.rows).toEqual([{ relname: 'pk_much' }]);
    expect((await run('reindex')).detail).toEqual({ indexes: [] });
    await sql.query('DROP TABLE much');
  });

  it('deletes expired rows and no others', async () => {
    const { body: made } = await admin.post('/api/v1/api-keys', { name: 'x', scopes: ['benchmark:read'] });
    const { body: kept } = await admin.post('/api/v1/api-keys', { name: 'y', scopes: ['benchmark:read'] });
    await sql.query(`UPDATE api_keys SET expires_at = now() - interval '31 days' WHERE id = $1`, [made.id]);
    await sql.query(`UPDATE api_keys SET expires_at = now() - interval '29 days' WHERE id = $1`, [kept.id]);
    expect((await run('expired-rows')).detail).toMatchObject({ api_keys: 1, sessions: 0 });
    const { rows } = await sql.query('SELECT id FROM api_keys');
    expect(rows).toEqual([{ id: kept.id }]);
  });

  describe('of retention', () => {
    const old: string[] = [];
    let fresh: string;
    const trialsOf = async (table: string, runId: string): Promise<number> =>
      (await sql.query(`SELECT count(*)::int AS n FROM ${table} WHERE run_id = $1`, [runId])).rows[0].n;
    const keep = (transcripts: number | null, results: number | null, audit: number | null = null) =>
      admin.fetch('/api/v1/retention', 'PUT', {
        transcripts_days: transcripts,
        results_days: results,
        audit_days: audit,
      });

    beforeAll(async () => {
      const samples = [1, 2, 3].map((i) => ({ id: `s${i}`, input: `${i}`, target: `${i}` }));
      const scoring = { scorers: [{ type: 'exact' }] };
      await admin.post('/api/v1/benchmarks', { name: 'kept', scoring, samples });
      for (const answer of ['2', '3'])
        await admin.post('/api/v1/agents', {
          ...{ name: `says-${answer}`, adapter: 'baseline', model: 'constant', settings: { answer } },
        });
      for (const days of [100, 20, 0]) {
        const { body } = await admin.post('/api/v1/runs', {
          benchmark: 'kept',
          agents: ['says-2', 'says-3'],
          epochs: 2,
        });
        await admin.finish(body.id);
        await sql.query(`UPDATE runs SET completed_at = now() - make_interval(days => $2) WHERE id = $1`, [
          body.id,
          days,
        ]);
        old.push(body.id);
      }
      fresh = old.pop()!;
    });

    it('keeps everything until it is told not to', async () => {
      expect((await admin.get('/api/v1/retention')).body).toEqual({
        transcripts_days: null,
        results_days: null,
        audit_days: null,
      });
      expect((await run('retention')).detail).toEqual({ transcripts: 0, results: 0, audit_log: 0 });
      expect((await keep(0, null)).status).toBe(422);
      expect((await keep(null, null, 29)).status).toBe(422);
    });

    it('counts first, then deletes transcripts before results, and leaves what follows from them', async () => {
      const [oldest = '', older = ''] = old;
      const summaries = async () => [
        (await admin.get(`/api/v1/runs/${oldest}`)).body,
        (await admin.get('/api/v1/analytics/leaderboard?benchmark=kept')).body,
        (await admin.get(`/api/benchmark/results/${oldest}`)).body,
        (await admin.get('/api/v1/analytics/trend?benchmark=kept')).body,
      ];
      const before = await summaries();
      expect((await keep(10, 50)).body).toMatchObject({ transcripts_days: 10, results_days: 50 });
      const preview = await admin.get('/api/v1/retention/preview');
      expect(preview.body).toEqual({ transcripts: 24, results: 12, audit_log: 0 });
      expect(await trialsOf('transcripts', oldest)).toBe(12);
      expect((await run('retention')).detail).toEqual(preview.body);
      expect([await trialsOf('transcripts', oldest), await trialsOf('results', oldest)]).toEqual([0, 0]);
      expect([await trialsOf('transcripts', older), await trialsOf('results', older)]).toEqual([0, 12]);
      expect([await trialsOf('transcripts', fresh), await trialsOf('results', fresh)]).toEqual([12, 12]);
      expect(await summaries()).toEqual(before);
      expect(before[0].entries[0].summary.score).toBeCloseTo(1 / 3);
      expect((await run('retention')).detail).toEqual({ transcripts: 0, results: 0, audit_log: 0 });
    });

    it('says of single trials that they are gone, and never that there were none', async () => {
      const [oldest = ''] = old;
      const { entries } = (await admin.get(`/api/v1/runs/${oldest}`)).body;
      const pair = entries.map(({ id }: any) => id).join();
      const asked = [
        admin.get(`/api/v1/results?run_id=${oldest}`),
        admin.get(`/api/v1/runs/${oldest}/results/export?format=csv`),
        admin.get(`/api/v1/runs/${oldest}/export`),
        admin.get(`/api/benchmark/results/${oldest}/deductions`),
        admin.post(`/api/v1/runs/${oldest}/retry`, { outcomes: ['agent_error'] }),
        admin.post(`/api/v1/runs/${oldest}/extend`, { epochs: 3 }),
        admin.post(`/api/v1/runs/${oldest}/score-sets`, {
          name: 'new',
          scoring: { scorers: [{ type: 'includes' }] },
        }),
      ];
      for (const answer of await Promise.all(asked))
        expect(answer, JSON.stringify(answer.body)).toMatchObject({
          status: 404,
          body: { code: 'results_deleted' },
        });
      expect((await admin.get(`/api/v1/analytics/compare?entries=${pair}`)).status).toBe(200);
    });

    it('deletes old audit entries of its workspace and of strangers, which no request can', async () => {
      const insert = async (workspaceId: string | null, days: number): Promise<string> => {
        const id = newId();
        await sql.query(
          `INSERT INTO audit_log (id, workspace_id, at, actor_kind, action, status)
           VALUES ($1, $2, now() - make_interval(days => $3), 'local', 'x', 200)`,
          [id, workspaceId, days],
        );
        return id;
      };
      const other = await otherWorkspace(service);
      await insert(DEFAULT_WORKSPACE_ID, 100);
      await insert(null, 100);
      const stay = [await insert(DEFAULT_WORKSPACE_ID, 30), await insert(other.workspaceId, 100)];
      await keep(null, null, 60);
      const dataSource = service.app.get<DataSource>(getDataSourceToken());
      const asRequest = inWorkspace(DEFAULT_WORKSPACE_ID, () =>
        dataSource.transaction(async (manager) => {
          await manager.query(`SET LOCAL aibench.audit_retention = 'on'`);
          await manager.query(`DELETE FROM audit_log WHERE at < now() - interval '60 days'`);
        }),
      );
      await expect(asRequest).rejects.toThrow('append-only');
      expect((await admin.get('/api/v1/retention/preview')).body.audit_log).toBe(2);
      expect((await run('retention')).detail).toMatchObject({ audit_log: 2 });
      const { rows } = await sql.query(`SELECT id FROM audit_log WHERE action = 'x' ORDER BY id`);
      expect(rows.map(({ id }) => id)).toEqual(stay.toSorted());
    });
  });
});
