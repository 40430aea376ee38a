import { randomUUID } from 'node:crypto';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { startTestService, type TestService } from '#test/support/service';

/** `npm run gate:migrations`: what the entities say and what the migrations make are the same schema. */
describe('migrations', () => {
  let service: TestService;
  let dataSource: DataSource;
  beforeAll(async () => {
    service = await startTestService();
    dataSource = service.app.get<DataSource>(getDataSourceToken());
  });
  afterAll(() => service.close());

  it('make exactly the schema that the entities describe', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('name every constraint and index by hand', async () => {
    const names = await dataSource.query<{ name: string }[]>(
      `SELECT conname AS name FROM pg_constraint JOIN pg_class c ON c.oid = conrelid
       WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND contype IN ('p', 'u', 'f', 'c')
         AND c.relname <> 'migrations'
       UNION SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid
       WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition AND t.relname <> 'migrations'`,
    );
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter(({ name }) => !/^(pk|uq|fk|ck|idx)_[a-z_]+$/.test(name))).toEqual([]);
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'idx_runs_status',
        'idx_runs_created_at',
        'idx_benchmarks_status',
        'idx_benchmarks_created_at',
      ]),
    );
  });

  it('let no sample be without its benchmark version', async () => {
    const { body } = await service.post('/api/v1/benchmarks', {
      name: 'orphans',
      scoring: { scorers: [{ type: 'exact' }] },
      samples: [{ id: 'one', input: 'One?', target: '1' }],
    });
    const versionId = body.version_id as string;
    const stored = (): Promise<unknown[]> =>
      dataSource.query('SELECT 1 FROM samples WHERE benchmark_version_id = $1', [versionId]);
    expect(await stored()).toHaveLength(1);
    const nowhere = randomUUID();
    for (const [statement, values] of [
      [
        `INSERT INTO samples (benchmark_version_id, ordinal, sample_id, input, targets, metadata)
        VALUES ($1, 0, 'two', 'Two?', '["2"]', '{}')`,
        [nowhere],
      ],
      ["UPDATE samples SET benchmark_version_id = $1 WHERE sample_id = 'one'", [nowhere]],
    ] as const)
      await expect(dataSource.query(statement, [...values])).rejects.toMatchObject({ code: '23503' });
    await dataSource.transaction(async (manager) => {
      await manager.query('SET LOCAL ROLE benchmark_tenant');
      await manager.query(`SELECT set_config('aibench.workspace_id', $1, true)`, [DEFAULT_WORKSPACE_ID]);
      await manager.query('DELETE FROM benchmark_versions WHERE id = $1', [versionId]);
    });
    expect(await stored()).toEqual([]);
  });

  it('can be undone to nothing and made again', async () => {
    for (let i = 0; i < dataSource.migrations.length; i++) await dataSource.undoLastMigration();
    const left = await dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
    );
    expect(left.map(({ name }) => name)).toEqual(['migrations']);
    await dataSource.runMigrations();
    expect((await dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
  });
});
