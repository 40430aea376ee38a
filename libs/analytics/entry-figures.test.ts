import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { dataSourceOptions } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { ComparisonReader } from './comparison-reader.js';
import { SampleScoresReader } from './sample-scores-reader.js';
import { summarizeRun, type EntrySummary } from './entry-summary.js';
import { toShortResults } from './short-results.js';
import { clusteredMean, consistency, passAtK, ratioOfMeans, varianceComponents } from './statistics/index.js';
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

describe('clusters', () => {
  const values = [1, 1, 0, 0, 1, 0.5, 1];
  const { interval } = clusteredMean(values, ['x', 'x', 'y', 'y', 'z', 'z', 6])!;
  const expected = {
    n: 7,
    ciLow: close(Math.max(0, interval!.low)),
    ciHigh: close(Math.min(1, interval!.high)),
  };

  it('may be categories; a sample without one is like no other', async () => {
    const trials = values.map((score, i) => ({ score, category: ['x', 'x', 'y', 'y', 'z', 'z'][i] }));
    const summary = await summaryOf(trials, { scoring: { cluster_by: 'category' } });
    expect(summary).toMatchObject({ ...expected, clusterBy: 'category' });
  });

  it('may be a field of the metadata, at any depth', async () => {
    const metadata = ['x', 'x', 'y', 'y', 'z', 'z'].map((id) => ({ passage: { id } }));
    const scoring = { cluster_by: 'metadata.passage.id' };
    const trials = values.map((score, i) => ({ score, category: i < 2 ? 'first' : 'rest' }));
    const summary = await summaryOf(trials, {
      scoring,
      metadata: [...metadata, {}] as Record<string, unknown>[],
    });
    expect(summary).toMatchObject(expected);
    // One cluster says nothing of its spread, but that all are right counts as one sample would.
    expect(summary.perCategory[0]).toMatchObject({
      category: 'first',
      score: 1,
      ciLow: close(0.206549314),
      ciHigh: 1,
    });
  });
});

describe('the other figures of an entry', () => {
  const epochs = [
    [1, 1, 0],
    [0, 0, 0],
    [1, 1, 1],
    [1, 0],
  ];
  const cost = (i: number): number => 0.01 * (1 + (i % 4));
  const trials = epochs
    .flatMap((sample) => [0, 1, 2].map((epoch) => ({ score: sample[epoch] ?? null })))
    .map((trial, i): TrialRow => ({
      ...trial,
      costUsd: cost(i),
      latencyMs: 100 * (i + 1),
      ttftMs: 10,
      outputTokens: 20,
    }));
  const settings = { pricing: { input_usd_per_mtok: 1, output_usd_per_mtok: 1 } };

  it('are pass@k and pass^k, variance and agreement of the epochs', async () => {
    const summary = await summaryOf(trials, { epochs: 3 });
    const counts = epochs.map((sample) => ({
      trials: sample.length,
      passed: sample.filter((score) => score === 1).length,
    }));
    expect(summary.passAtK).toHaveLength(3);
    passAtK(counts).forEach(({ k, samples, any, all }, i) => {
      expect(summary.passAtK[i]).toMatchObject({
        k,
        samples,
        any: { value: close(any.value) },
        all: { value: close(all.value) },
      });
      expect(summary.passAtK[i]!.any.interval?.low).toBeCloseTo(any.interval!.low, 9);
    });
    const { between, within } = varianceComponents(epochs);
    expect(summary.variance).toMatchObject({
      samples: 4,
      trials: 11,
      between: close(between!),
      within: close(within!),
    });
    const { unanimous, pairwiseAgreement } = consistency(epochs);
    expect(summary.agreement).toEqual({ samples: 4, unanimous, pairwise: close(pairwiseAgreement!) });
  });

  it('are the cost per correct answer with its interval, and the speed', async () => {
    const summary = await summaryOf(trials, { epochs: 3, settings });
    const costs = [0, 3, 6, 9].map((i) => cost(i) + cost(i + 1) + cost(i + 2));
    const { ratio, interval } = ratioOfMeans(
      costs,
      epochs.map((sample) => sample.filter((score) => score === 1).length),
    );
    expect(summary.costPerCorrect).toBeCloseTo(ratio!, 9);
    expect(interval === null).toBe(summary.costPerCorrectInterval === null);
    // Eleven answers, of 100 to 1,100 ms with 20 tokens each.
    expect(summary.outputTokensPerS).toMatchObject({ max: 200, p50: close(20 / 0.6) });
    expect(summary.latency).toMatchObject({ p50: 600, max: 1100 });
    expect(summary.ttft).toMatchObject({ p50: 10 });
  });

  it('bound the cost per correct answer where enough are right', async () => {
    const right = Array.from({ length: 12 }, (_, i): TrialRow => ({
      score: i % 4 === 0 ? 0 : 1,
      costUsd: cost(i + (i % 3)),
    }));
    const summary = await summaryOf(right, { settings });
    const { interval } = ratioOfMeans(
      right.map(({ costUsd }) => costUsd!),
      right.map(({ score }) => score!),
    );
    expect(summary.costPerCorrectInterval).toEqual({
      low: close(interval!.low),
      high: close(interval!.high),
    });
  });

  it('are not known of what was not measured, or from before it was kept', async () => {
    const runId = await runs.insert('old', { a: trials }, { epochs: 3, settings });
    await dataSource.query('UPDATE rollups SET figures = NULL, reduction = NULL WHERE run_id = $1', [runId]);
    const [old] = summarizeRun(await runs.view(runId));
    const unknown = {
      passAtK: [],
      variance: null,
      agreement: null,
      costPerCorrectInterval: null,
      outputTokensPerS: null,
    };
    expect(old).toMatchObject({ ...unknown, reducer: 'mean', n: 4 });
    expect(old!.costPerCorrect).toBeGreaterThan(0);
    const once = await summaryOf(scores(1, 0), {});
    expect(once).toMatchObject({
      variance: null,
      agreement: null,
      consistency: null,
      outputTokensPerS: null,
    });
    expect(await summaryOf(scores(null, null), { epochs: 2 })).toMatchObject({
      ...unknown,
      agreement: { samples: 0, unanimous: null },
      n: 0,
      score: null,
      variance: { between: null },
    });
  });
});

describe('comparisons', () => {
  it('take of each sample what the score takes', async () => {
    const scoring = { reducers: ['max' as const] };
    const metadata = [{}, {}, {}, {}];
    const runId = await runs.insert('compared', { a: TRIALS }, { epochs: 3, scoring, metadata });
    const reader = new ComparisonReader(dataSource);
    const entries = await reader.entries(DEFAULT_WORKSPACE_ID, [runId]);
    const [samples] = await new SampleScoresReader(dataSource).byName(entries);
    expect(samples).toMatchObject({
      sampleIds: ['s0', 's1', 's2', 's3'],
      scores: [1, 1, 0, 1],
    });
    const [measures] = await reader.measures(entries);
    expect(measures!.scores).toEqual([1, 1, 0, 1]);
    const [trials] = await reader.trialScores(entries);
    expect([...trials!.values()]).toEqual([[1], [1], [0], [1]]);
  });
});
