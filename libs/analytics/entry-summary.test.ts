import { describe, expect, it } from 'vitest';
import { summarizeEntry, summarizeRun } from './entry-summary.js';
import { anEntry, aRun, binary, group, latency } from './testing/index.js';

describe('summarizeEntry', () => {
  it('gives a proportion its Wilson interval, and counts the correct samples', () => {
    const summary = summarizeEntry(anEntry({ name: 'a', rollup: binary(742, 1319) }), 1);
    expect(summary).toMatchObject({ n: 1319, correct: 742 });
    expect(summary.score).toBeCloseTo(0.562547, 6);
    // statsmodels: proportion_confint(742, 1319, method='wilson')
    expect(summary.ciLow).toBeCloseTo(0.5356326528, 9);
    expect(summary.ciHigh).toBeCloseTo(0.5890988476, 9);
  });

  it('gives other means the t interval, and no count of correct samples', () => {
    // Scores 0.2, 0.4, 0.6: mean 0.4, sd 0.2, t(0.975, 2) = 4.302653, half-width 4.302653 × 0.2 / √3 = 0.49683
    const rollup = { n: 3, mean: 0.4, variance: 0.04, isBinary: false };
    const summary = summarizeEntry(anEntry({ name: 'a', rollup }), 1);
    expect(summary.ciLow).toBe(0);
    expect(summary.ciHigh).toBeCloseTo(0.89683, 5);
    expect(summary.correct).toBeNull();
  });

  it.each([
    ['one sample', { n: 1, mean: 0.5, variance: null, isBinary: false }],
    ['equal scores that are no proportion', { n: 4, mean: 0.5, variance: 0, isBinary: false }],
    ['nothing scored', { n: 0, mean: null, variance: null, isBinary: false }],
  ])('has no interval for %s', (_, rollup) => {
    expect(summarizeEntry(anEntry({ name: 'a', rollup }), 1)).toMatchObject({
      score: rollup.mean,
      ciLow: null,
      ciHigh: null,
    });
  });

  it('recognizes groups whose scores are all 0 or 1', () => {
    const { perCategory } = summarizeEntry(
      anEntry({
        name: 'a',
        rollup: {
          ...binary(10, 14),
          perCategory: [
            group('right', 4, 4),
            group('mixed', 2, 4),
            group('single', 1, 1),
            { category: 'graded', n: 3, mean: 0.4, variance: 0.04 },
            { category: 'equal', n: 3, mean: 0.5, variance: 0 },
          ],
        },
      }),
      1,
    );
    const [right, mixed, single, graded, equal] = perCategory;
    expect(right!.ciLow).toBeCloseTo(0.5101091635, 9);
    expect(mixed!.ciLow).toBeCloseTo(0.1500389891, 9);
    expect(single!.ciLow).toBeCloseTo(0.2065493144, 9);
    expect(graded!.ciHigh).toBeCloseTo(0.89683, 5);
    expect(equal).toEqual({ category: 'equal', n: 3, score: 0.5, ciLow: null, ciHigh: null });
  });

  it('bounds the score by what the trials without one could have been', () => {
    const entry = anEntry({ name: 'a', agentErrors: 1, infraErrors: 2, unscored: 1, rollup: binary(4, 6) });
    const summary = summarizeEntry(entry, 1);
    expect(summary.outcomes).toEqual({ scored: 6, agentErrors: 1, infraErrors: 2, unscored: 1, notRun: 0 });
    expect(summary.scoreWorstCase).toBeCloseTo(4 / 10);
    expect(summary.scoreBestCase).toBeCloseTo(8 / 10);
  });

  it('holds those bounds over epochs, whichever trials are missing', () => {
    // Two samples, two epochs: sample 1 scored (1, 1), sample 2 scored (1, error). Sum of trial scores 3 to 4, of 4.
    const entry = anEntry({ name: 'a', scored: 3, infraErrors: 1, rollup: binary(2, 2) });
    const summary = summarizeEntry(entry, 2);
    expect(summary.scoreWorstCase).toBeCloseTo(3 / 4);
    expect(summary.scoreBestCase).toBe(1);
  });

  it('is 0 to 1 where every trial failed', () => {
    const entry = anEntry({ name: 'a', agentErrors: 5, rollup: {} });
    expect(summarizeEntry(entry, 1)).toMatchObject({
      n: 0,
      score: null,
      scoreWorstCase: 0,
      scoreBestCase: 1,
      costPerCorrect: null,
      tokensPerTrial: null,
    });
  });

  it('says nothing of scores before the entry ends', () => {
    const entry = anEntry({ name: 'a', status: 'processing', trials: 10, scored: 4, rollup: null });
    expect(summarizeEntry(entry, 1)).toMatchObject({
      score: null,
      scoreWorstCase: null,
      scoreBestCase: null,
      perCategory: [],
      latency: null,
      outcomes: { scored: 4, notRun: 6 },
    });
  });

  it('divides tokens by answered trials and cost by correct ones', () => {
    const entry = anEntry({
      name: 'a',
      adapter: 'openai',
      settings: { pricing: { input_usd_per_mtok: 1, output_usd_per_mtok: 2 } },
      infraErrors: 5,
      unscored: 2,
      inputTokens: 900,
      outputTokens: 300,
      costUsd: 0.0015,
      rollup: { ...binary(3, 10), latencyMs: latency(200) },
    });
    const summary = summarizeEntry(entry, 1);
    expect(summary.tokensPerTrial).toBeCloseTo(100);
    expect(summary.costUsd).toBe(0.0015);
    expect(summary.costPerCorrect).toBeCloseTo(0.0005);
    expect(summary.latency?.p95).toBe(400);
  });

  it('takes an unknown price for unknown, not for free', () => {
    const settings = { base_url: 'http://127.0.0.1:11434/v1' };
    const local = anEntry({ name: 'a', adapter: 'openai', settings, inputTokens: 10, rollup: binary(3, 10) });
    expect(summarizeEntry(local, 1)).toMatchObject({ costUsd: null, costPerCorrect: null });
    const free = anEntry({ name: 'a', adapter: 'baseline', rollup: binary(3, 10) });
    expect(summarizeEntry(free, 1)).toMatchObject({ costUsd: 0, costPerCorrect: 0 });
    const useless = anEntry({ name: 'a', adapter: 'baseline', rollup: binary(0, 10) });
    expect(summarizeEntry(useless, 1)).toMatchObject({ costUsd: 0, costPerCorrect: null });
  });
});

describe('summarizeRun', () => {
  it('tells two versions of one agent apart by name', () => {
    const run = aRun([{ name: 'a' }, { name: 'b' }, { name: 'a', agentVersion: 2 }]);
    expect(summarizeRun(run).map(({ agent }) => agent)).toEqual(['a@1', 'b', 'a@2']);
  });
});
