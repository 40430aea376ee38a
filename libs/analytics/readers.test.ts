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

  it('correlates latency with score, over samples, and scores of two agents over samples', async () => {
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
        rho: expect.closeTo(-0.894427, 6) as number,
        n: 4,
        // scipy 1.17.1: spearmanr, pearsonr; Holm doubles the smaller of two
        p_value: expect.closeTo(0.10557280900008414, 9) as number,
        p_holm: expect.closeTo(0.2111456180001683, 9) as number,
        ci_low: expect.any(Number) as number,
        ci_high: expect.any(Number) as number,
        description:
          'Latency and score of a over 4 samples: r = -0.89, rho = -0.89 (95 % interval -1.00 to 0.70, p = 0.106, p = 0.211 by Holm over 2 correlations); no relation is shown.',
      },
      {
        kind: 'agent_scores',
        agents: ['b', 'a'],
        r: expect.closeTo(0.57735, 6) as number,
        rho: null,
        n: 4,
        p_value: expect.closeTo(0.42264973081037427, 9) as number,
        p_holm: expect.closeTo(0.42264973081037427, 9) as number,
        ci_low: expect.any(Number) as number,
        ci_high: expect.any(Number) as number,
        description:
          'Scores of b and a over 4 samples: r = 0.58 (95 % interval -0.86 to 0.99, p = 0.423, p = 0.423 by Holm over 2 correlations); no relation is shown.',
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
        difference: null,
      },
    ]);
  });

  it('ranks equal values alike, of whatever a trial takes', async () => {
    const right = [1, 1, 0, 1, 0, 1, 0, 1];
    const latency = [5, 1, 4, 4, 9, 2, 7, 7];
    const attempts = [1, 1, 2, 1, 3, 1, 1, 1];
    const a = right.map((score, i) => ({ score, latencyMs: latency[i], attempts: attempts[i], costUsd: 1 }));
    const { correlations } = await deductionsOf(await runs.insert('ranks', { a }));
    // scipy 1.17.1: spearmanr(latency, right), spearmanr(attempts, right); costs that do not vary have none
    expect(correlations.map(({ kind, rho, n }) => [kind, rho, n])).toEqual([
      ['latency_score', expect.closeTo(-0.513239353660981, 9), 8],
      ['attempts_score', expect.closeTo(-0.7377111135633174, 9), 8],
    ]);
  });

  it('tells how alike the answers of a sample are, whatever they score', async () => {
    const answered = (...answers: (string | null)[]) =>
      answers.map((answer) => ({ score: 0, scores: { exact: { value: 0, answer } } }));
    const a = [...answered('1', '2', '1'), ...answered('3', null, '4'), ...answered(null, null, null)];
    const { patterns } = await deductionsOf(await runs.insert('answers', { a }, { epochs: 3 }));
    // (2/3 + 1/3) / 2; the third sample has no answer at all
    expect(patterns.find(({ kind }) => kind === 'answer_consistency')).toEqual({
      kind: 'answer_consistency',
      description:
        '50.0 % of the answers of a that exact read are the most common one of their sample, on average over 2 samples with 6 trials.',
      agent: 'a',
      scorer: 'exact',
      share: expect.closeTo(0.5, 12) as number,
      samples: 2,
      trials: 6,
    });
  });

  it('looks at samples over other agents, too, where a run has few entries', async () => {
    // Samples s0 to s3 are right for the better six of twelve agents, s4 for the worse six, s5 for all, s6 for none.
    const of = (place: number) => {
      const good = Number(place < 6);
      return scores(good, good, good, good, 1 - good, 1, 0);
    };
    for (let i = 0; i < 11; i++) await runs.insert('items', { [`agent-${i}`]: of(i) });
    const { patterns, items } = await deductionsOf(await runs.insert('items', { last: of(11) }));
    expect(items).toEqual({
      entries: 12,
      of_other_runs: 11,
      samples: 7,
      description: '7 samples over 12 entries, 11 of them of other runs.',
    });
    const found = Object.fromEntries(patterns.map((pattern) => [pattern.kind, pattern]));
    expect(found['saturated']).toMatchObject({ samples: 1, of: 7, entries: 12, sample_ids: ['s5'] });
    expect(found['unsolved']).toMatchObject({ samples: 1, sample_ids: ['s6'] });
    expect(found['reversed']).toMatchObject({ samples: 1, sample_ids: ['s4'], after_correction: 1 });
  });

  it('sums up in what judges contradict each other and themselves', async () => {
    const runId = await runs.insert(
      'judged',
      { a: scores(1, 0) },
      {
        scoring: {
          scorers: [
            {
              type: 'llm_judge',
              name: 'good',
              criteria: 'Good?',
              judges: [{ agent: 'x@1' }, { agent: 'y@1' }],
            },
          ],
        },
      },
    );
    const [{ id: entryId }] = await dataSource.query<[{ id: string }]>(
      'SELECT id FROM run_entries WHERE run_id = $1',
      [runId],
    );
    const vote = (judge: string, repeat: number, value: number | null, order: string | null = null) => ({
      ...{ scorer: 'good', judge, repeat, order, value, explanation: null, error: null },
    });
    const verdicts = [
      // x says 1 and 0, y 1; of z the two orders differ, and once one is missing.
      [vote('x@1', 1, 1), vote('x@1', 2, 0), vote('y@1', 1, 1)],
      [
        vote('z@1', 1, 1, 'candidate_first'),
        vote('z@1', 1, 0, 'reference_first'),
        vote('z@1', 2, null, 'candidate_first'),
        vote('z@1', 2, 0, 'reference_first'),
      ],
    ];
    for (const [ordinal, given] of verdicts.entries()) {
      await dataSource.query(
        `INSERT INTO transcripts (run_id, entry_id, ordinal, epoch, messages, verdicts) VALUES ($1, $2, $3, 1, '[]', $4)`,
        [runId, entryId, ordinal, JSON.stringify(given)],
      );
    }
    const { patterns } = await deductionsOf(runId);
    expect(patterns.filter((pattern) => 'cases' in pattern)).toMatchObject([
      { kind: 'judges_differ', scorer: 'good', judge: null, cases: 1, differing: 1, spread: 0.5 },
      { kind: 'judge_repeats', judge: 'x@1', cases: 1, differing: 1, spread: 1 },
      { kind: 'judge_order', judge: 'z@1', cases: 1, differing: 1 },
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
    const nothing = { patterns: [], correlations: [], items: null };
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
