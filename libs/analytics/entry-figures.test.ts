import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { dataSourceOptions } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { ComparisonReader } from './comparison-reader.js';
import { summarizeRun, type EntrySummary } from './entry-summary.js';
import { toShortResults } from './short-results.js';
import { clusteredMean } from './statistics/index.js';
import { scores, StoredRuns, type TrialRow } from './testing/index.js';

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

type Options = Parameters<StoredRuns['insert']>[2];
let benchmarks = 0;

/** From results to the summary of the only entry of a run. */
async function summaryOf(trials: TrialRow[], options: Options): Promise<EntrySummary> {
  const runId = await runs.insert(`figures-${++benchmarks}`, { a: trials }, options);
  const [summary] = summarizeRun(await runs.view(runId));
  return summary!;
}

const close = (value: number): number => expect.closeTo(value, 9) as number;

/** Three epochs of four samples: 2, 1, 0 and 2 of them pass; the last sample lacks one. */
const TRIALS = scores(1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, null);

describe('the score of an entry', () => {
  it('is by the first reducer, and the others stand beside it', async () => {
    const reducers = [
      { type: 'pass_at' as const, k: 2 },
      'mean' as const,
      { type: 'pass_k' as const, k: 3 },
      'max' as const,
    ];
    const summary = await summaryOf(TRIALS, { epochs: 3, scoring: { reducers } });
    // 1 − C(1, 2)/C(3, 2) = 1, 1 − C(2, 2)/C(3, 2) = 2/3, 0, and 1 of two that both pass
    expect(summary).toMatchObject({ reducer: 'pass_at_2', n: 4, score: close(2 / 3), correct: null });
    expect(summary.perReducer.map(({ reducer, n, score }) => [reducer, n, score])).toEqual([
      ['pass_at_2', 4, close(2 / 3)],
      ['mean', 4, close((2 / 3 + 1 / 3 + 0 + 1) / 4)],
      // The last sample has no three trials, and does not count.
      ['pass_k_3', 3, 0],
      ['max', 4, close(3 / 4)],
    ]);
    // Were the missing trial wrong or right: pass_at_2 of 2 or 3 of 3 is 1 either way.
    expect([summary.scoreWorstCase, summary.scoreBestCase]).toEqual([close(2 / 3), close(2 / 3)]);
  });

  it('has bounds for the trials without a score, and for samples without any trial', async () => {
    const all = { type: 'pass_k' as const, k: 2 };
    const summary = await summaryOf(scores(1, 1, 1, null, null, null), {
      epochs: 2,
      scoring: { reducers: [all] },
    });
    expect(summary).toMatchObject({ n: 1, score: 1, scoreWorstCase: close(1 / 3), scoreBestCase: 1 });
  });

  it('applies to categories and scorers too', async () => {
    const trials = [1, 0, 0.6, 0.2].map((score, i) => ({
      score,
      category: i < 2 ? 'b' : 'a',
      scores: { strict: { value: score }, loose: { value: 1 } },
    }));
    const scoring = { reducers: ['max' as const] };
    const { perCategory, perScorer } = await summaryOf(trials, { epochs: 2, scoring });
    expect(perCategory.map(({ category, n, score }) => [category, n, score])).toEqual([
      ['b', 1, 1],
      ['a', 1, 0.6],
    ]);
    expect(perScorer.map(({ scorer, n, score }) => [scorer, n, score])).toEqual([
      ['loose', 2, 1],
      ['strict', 2, 0.8],
    ]);
  });

  it('counts trials with collect, whose samples are clusters', async () => {
    const summary = await summaryOf(TRIALS, { epochs: 3, scoring: { reducers: ['collect'] } });
    const observed = [1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1];
    const { interval } = clusteredMean(observed, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3])!;
    expect(summary).toMatchObject({
      n: 11,
      score: close(5 / 11),
      ciLow: close(Math.max(0, interval!.low)),
      ciHigh: close(Math.min(1, interval!.high)),
      scoreWorstCase: close(5 / 12),
      scoreBestCase: close(6 / 12),
    });
  });

  it('is the mean with no reducer named', async () => {
    const summary = await summaryOf(TRIALS, { epochs: 3 });
    expect(summary).toMatchObject({
      reducer: 'mean',
      n: 4,
      score: close(0.5),
      scoreWorstCase: close(5 / 12),
    });
    expect(summary.perReducer).toEqual([
      { reducer: 'mean', n: 4, score: summary.score, ciLow: summary.ciLow, ciHigh: summary.ciHigh },
    ]);
  });
});

describe('the threshold of a benchmark', () => {
  // Wilson's interval of 9 of 10 is 59.6 to 98.2 %.
  const nine = scores(...Array<number>(9).fill(1), 0);
  it.each([
    [0.59, 'passed'],
    [0.6, 'inconclusive'],
    [0.98, 'inconclusive'],
    [0.99, 'failed'],
  ])('%d of 9 right of 10: %s', async (pass_threshold, result) => {
    const { threshold } = await summaryOf(nine, { scoring: { pass_threshold } });
    expect(threshold).toEqual({ threshold: pass_threshold, result });
  });

  it('is not decided where there is no interval, nor where nothing is asked for', async () => {
    const { threshold } = await summaryOf(scores(0.5), { scoring: { pass_threshold: 0.4 } });
    expect(threshold).toMatchObject({ result: 'inconclusive' });
    expect((await summaryOf(nine, {})).threshold).toBeNull();
  });

  it('is told in a sentence', async () => {
    const runId = await runs.insert('asked', { a: nine }, { scoring: { pass_threshold: 0.59 } });
    const { agents, summary } = toShortResults(await runs.view(runId));
    expect(agents[0]!.metrics).toMatchObject({ pass_threshold: 59, threshold_result: 'passed' });
    expect(summary.critical_observations[1]).toBe(
      'a passed: its interval is 59.6 to 98.2 %, at or above the 59.0 % that the benchmark asks for.',
    );
  });
});

describe('comparisons', () => {
  it('take of each sample what the score takes', async () => {
    const scoring = { reducers: ['max' as const] };
    const runId = await runs.insert('compared', { a: TRIALS }, { epochs: 3, scoring });
    const reader = new ComparisonReader(dataSource);
    const entries = await reader.entries(DEFAULT_WORKSPACE_ID, [runId]);
    const [samples] = await reader.scores(entries);
    expect(samples).toMatchObject({
      sampleIds: ['s0', 's1', 's2', 's3'],
      categories: [null, null, null, null],
      scores: [1, 1, 0, 1],
    });
    const [measures] = await reader.measures(entries);
    expect(measures!.scores).toEqual([1, 1, 0, 1]);
    const [trials] = await reader.trialScores(entries);
    expect([...trials!.values()]).toEqual([[1], [1], [0], [1]]);
  });
});
