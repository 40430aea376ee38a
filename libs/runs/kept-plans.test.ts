import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentSpec } from '#libs/agents/testing';
import { newId } from '#libs/common';
import { dataSourceOptions } from '#libs/database';
import { ResultsReader } from '#libs/results';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { planShards } from './plan-entries.js';
import { planRun } from './testing/planned-run.js';

/** Of which the first five are sent as they are, and the next five planned for their values. */
const TIMES = 15;

/** To plan one of these takes Postgres longer than to carry it out. */
describe('statements that come with every run or page', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    const options = dataSourceOptions(database.url, { poolSize: 1, maxOverflow: 0 });
    dataSource = await new DataSource(options).initialize();
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  /** Of the one connection: how often what begins so went by the plan that is kept. */
  const byKeptPlan = async (beginning: string): Promise<number> => {
    const [{ times }] = await dataSource.query<[{ times: number }]>(
      `SELECT coalesce(sum(generic_plans), 0)::int AS times FROM pg_prepared_statements
       WHERE starts_with(ltrim(statement, E' \\n'), $1)`,
      [beginning],
    );
    return times;
  };
  const often = async (statement: () => Promise<unknown>): Promise<void> => {
    for (let i = 0; i < TIMES; i++) await statement();
  };

  it('keep their plan where they cut a run into shards', async () => {
    const { runId } = await planRun(dataSource, 10, 5);
    const [agent] = await dataSource.query<[{ id: string }]>('SELECT agent_id AS id FROM run_entries');
    await often(async () => {
      const id = newId();
      await dataSource.query(
        `INSERT INTO runs (id, workspace_id, benchmark_version_id, status, config, scorer_versions, sample_count)
         SELECT $1, workspace_id, benchmark_version_id, status, config, scorer_versions, sample_count FROM runs WHERE id = $2`,
        [id, runId],
      );
      const jobs = await planShards(
        dataSource.manager,
        id,
        { shardSize: 4, runWindow: 2 },
        { agents: [agentSpec({ id: agent.id, adapter: 'baseline', model: 'constant' })], trials: 10 },
      );
      expect(jobs.map(({ payload: { attempt } }) => attempt)).toEqual([0, 0]);
    });
    expect(await byKeptPlan('WITH added')).toBeGreaterThan(0);
  });

  it('keep it where they read a page of results, of a few lengths', async () => {
    const runs = await Promise.all(Array.from({ length: 20 }, () => planRun(dataSource, 500, 500)));
    for (const { runId, entryId } of runs)
      await dataSource.query(
        `INSERT INTO results (run_id, entry_id, ordinal, epoch, sample_id, category, outcome, score, scores, attempts)
         SELECT $1, $2, i, 1, 's' || i, 'c', 'scored', 1, '{}', 1 FROM generate_series(0, 499) AS i`,
        [runId, entryId],
      );
    await dataSource.query('ANALYZE results');
    const results = new ResultsReader(dataSource);
    for (const limit of [1, 20, 21, 50, 100])
      await often(async () => {
        const { items, nextCursor } = await results.list(runs[0]!.runId, {}, { limit });
        expect(items.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: limit }, (_, i) => i));
        expect(nextCursor).not.toBeNull();
      });
    expect(await byKeptPlan('SELECT run_id AS "runId"')).toBeGreaterThanOrEqual(4 * (TIMES - 10));
  });
});
