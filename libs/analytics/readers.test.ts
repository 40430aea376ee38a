import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import { dataSourceOptions } from '#libs/database';
import { RunsReader } from '#libs/runs';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { DeductionsReader } from './deductions-reader.js';
import { HistoryReader } from './history-reader.js';
import { scores, StoredRuns } from './testing/index.js';

let database: TestDatabase;
let dataSource: DataSource;
let runs: StoredRuns;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  runs = new StoredRuns(dataSource);
});

afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

async function deductionsOf(runId: string) {
  const run = await new RunsReader(dataSource).get(DEFAULT_WORKSPACE_ID, runId);
  return new DeductionsReader(dataSource).deductions(run);
}

describe('DeductionsReader', () => {
  it('finds samples that all agents had right or wrong, of those that all have a score for', async () => {
    const runId = await runs.insert('agreement', {
      a: scores(1, 0, 1, 0, 0, 1),
      b: scores(1, 0, 0, 0, null, 1),
    });
    const { patterns } = await deductionsOf(runId);
    expect(patterns).toEqual([
      {
        kind: 'all_wrong',
        description:
          'All 2 agents were wrong on 2 samples of the 5 that all have a score for (40.0 %): hard samples or wrong targets.',
        samples: 2,
        of: 5,
        sample_ids: ['s1', 's3'],
      },
      expect.objectContaining({ kind: 'all_right', samples: 2, of: 5, sample_ids: ['s0', 's5'] }),
    ]);
  });

  it('lists at most ten samples, and counts all', async () => {
    const wrong = scores(...Array<number>(12).fill(0));
    const { patterns, correlations } = await deductionsOf(await runs.insert('many', { a: wrong, b: wrong }));
    expect(patterns[0]).toMatchObject({
      samples: 12,
      sample_ids: Array.from({ length: 10 }, (_, i) => `s${i}`),
    });
    // Scores that do not vary have no correlation.
    expect(correlations).toEqual([]);
  });

  it('correlates latency with score over trials, and scores of two agents over samples', async () => {
    // a: latencies 1, 2, 3, 4 with scores 1, 1, 0, 0: r = −4 / √(5 × 4) × … = −2 / √5 = −0.894427
    // a and b: (1, 1), (1, 0), (0, 0), (0, 0): r = 0.25 / √(0.25 × 0.1875) = 0.577350
    const a = [1, 1, 0, 0].map((score, i) => ({ score, latencyMs: i + 1 }));
    const { correlations } = await deductionsOf(
      await runs.insert('correlated', { b: scores(1, 0, 0, 0), a }),
    );
    expect(correlations).toEqual([
      {
        kind: 'latency_score',
        agents: ['a'],
        r: expect.closeTo(-0.894427, 6) as number,
        n: 4,
        description: 'Latency and score of a over 4 trials: r = -0.89.',
      },
      {
        kind: 'agent_scores',
        agents: ['b', 'a'],
        r: expect.closeTo(0.57735, 6) as number,
        n: 4,
        description: 'Scores of b and a over 4 samples: r = 0.58.',
      },
    ]);
  });

  it('averages the epochs of a sample before comparing samples', async () => {
    // a: samples 1, 0.5, 0; b: 1, 0.5, 0
    const runId = await runs.insert(
      'epochs',
      { a: scores(1, 1, 1, 0, 0, 0), b: scores(1, 1, 0, 1, 0, 0) },
      { epochs: 2 },
    );
    const { patterns, correlations } = await deductionsOf(runId);
    expect(correlations.find(({ kind }) => kind === 'agent_scores')).toMatchObject({
      n: 3,
      r: expect.closeTo(1, 9) as number,
    });
    expect(patterns.map((pattern) => 'sample_ids' in pattern && pattern.sample_ids)).toEqual([
      ['s2'],
      ['s0'],
    ]);
  });

  it('compares trials that were asked again with first tries, per agent', async () => {
    const a = [1, 1, 1, 0].map((score, i) => ({ score, attempts: i < 2 ? 1 : 3 }));
    const { patterns } = await deductionsOf(await runs.insert('retries', { a }));
    // Wilson: 2/2 → 34.2 to 100 %, 1/2 → 9.5 to 90.5 %
    expect(patterns).toEqual([
      {
        kind: 'retried',
        description:
          'a was asked again in 2 trials, which scored 50.0 % (9.5 to 90.5 %), against 100.0 % (34.2 to 100.0 %) of 2 trials at the first try; the intervals overlap, so that no difference is shown.',
        agent: 'a',
        first_try: { n: 2, accuracy: 100, ci_low: expect.closeTo(34.238, 3) as number, ci_high: 100 },
        retried: expect.objectContaining({ n: 2, accuracy: 50 }) as object,
      },
    ]);
  });

  it('gives the spread of agents in each category, the widest first', async () => {
    const trials = (...values: number[]) =>
      values.map((score, i) => ({ score, category: i < 2 ? 'narrow' : 'wide' }));
    const { patterns } = await deductionsOf(
      await runs.insert('categories', { a: trials(1, 0, 1, 1), b: trials(1, 1, 0, 0) }),
    );
    expect(patterns.filter(({ kind }) => kind === 'category_spread')).toMatchObject([
      { category: 'wide', lowest: { agent: 'b', accuracy: 0, n: 2 }, highest: { agent: 'a', accuracy: 100 } },
      { category: 'narrow', lowest: { agent: 'a', accuracy: 50 }, highest: { agent: 'b', accuracy: 100 } },
    ]);
  });

  it('has nothing to say where nothing was scored, or the run has no result yet', async () => {
    const nothing = { patterns: [], correlations: [] };
    expect(
      await deductionsOf(await runs.insert('errors', { a: scores(null, null), b: scores(null) })),
    ).toEqual(nothing);
    expect(await deductionsOf(await runs.insert('empty', { a: [] }, { ended: false }))).toEqual(nothing);
  });
});

describe('HistoryReader', () => {
  it('gives ended entries, the newest run first, with intervals and filters', async () => {
    const older = await runs.insert('history', { x: scores(1, 1, 0, 0), y: [{ score: 1, latencyMs: 1500 }] });
    const newer = await runs.insert('history', { x: scores(null) });
    await runs.insert('history', { x: scores(1) }, { ended: false });
    const reader = new HistoryReader(dataSource);
    const points = await reader.history(DEFAULT_WORKSPACE_ID, { limit: 100, benchmark: 'history' });
    expect(points.map(({ run_id, agent, n, accuracy }) => [run_id, agent, n, accuracy])).toEqual([
      [newer, 'x', 0, null],
      [older, 'x', 4, 50],
      [older, 'y', 1, 100],
    ]);
    expect(points[1]).toEqual({
      run_id: older,
      benchmark: 'history',
      version: 1,
      agent: 'x',
      agent_version: 1,
      status: 'completed',
      completed_at: expect.any(Date) as Date,
      accuracy: 50,
      ci_low: expect.closeTo(15.0039, 4) as number,
      ci_high: expect.closeTo(84.9961, 4) as number,
      n: 4,
      latency_avg: 0.001,
      cost_usd: 0,
      accuracy_change: null,
      anomaly: false,
    });
    expect(points[2]!.latency_avg).toBe(1.5);
    const ofAgent = await reader.history(DEFAULT_WORKSPACE_ID, {
      limit: 1,
      benchmark: 'history',
      agent: 'y',
    });
    expect(ofAgent.map(({ agent }) => agent)).toEqual(['y']);
    expect(await reader.history(DEFAULT_WORKSPACE_ID, { limit: 1 })).toHaveLength(1);
    expect(await reader.history(newId(), { limit: 100 })).toEqual([]);
    expect(await reader.history(DEFAULT_WORKSPACE_ID, { limit: 100, agent: 'nobody' })).toEqual([]);
  });

  it('marks where accuracy shifted, and what is unusual', async () => {
    // Of ten samples, right ones by run: 9 or 8, once 2, then 5 or 4.
    const right = [9, 8, 9, 9, 8, 2, 9, 8, 9, 5, 4, 5, 5, 4, 5];
    const ids: string[] = [];
    for (const correct of right) {
      const run = await runs.insert('shifts', {
        x: scores(...Array.from({ length: 10 }, (_, i) => +(i < correct))),
      });
      ids.push(run);
    }
    const points = await new HistoryReader(dataSource).history(DEFAULT_WORKSPACE_ID, {
      limit: 100,
      benchmark: 'shifts',
    });
    const marked = points.filter(({ accuracy_change, anomaly }) => accuracy_change !== null || anomaly);
    expect(marked.map(({ run_id, accuracy_change, anomaly }) => [run_id, accuracy_change, anomaly])).toEqual([
      [ids[9], expect.closeTo(-39.58, 2), false],
      [ids[5], null, true],
    ]);
  });
});
