import { describe, expect, it } from 'vitest';
import { standings, standingsSentence, type Contender } from './leaderboard.js';

const contender = (
  name: string,
  right: (i: number) => boolean,
  {
    samples = 100,
    from = 0,
    costPerTrial = 1,
    latency = 1000,
  }: { samples?: number; from?: number; costPerTrial?: number | null; latency?: number } = {},
): Contender => ({
  name,
  scores: Float64Array.from({ length: 200 }, (_, i) =>
    i < from || i >= from + samples ? NaN : Number(right(i)),
  ),
  costPerTrial,
  latency,
});
const best = contender('best', (i) => i % 10 !== 0, { costPerTrial: 3 });
const close = contender('close', (i) => i % 10 !== 1 && i % 50 !== 2, { costPerTrial: 1 });
const poor = contender('poor', (i) => i % 3 === 0, { costPerTrial: 2, latency: 500 });

describe('standings', () => {
  it('rank by score, with the ranks that paired tests leave open', () => {
    const ranked = standings([poor, close, best]);
    expect(
      ranked.map(({ place, rank, best, worst, tiedWith }) => ({ place, rank, best, worst, tiedWith })),
    ).toEqual([
      { place: 2, rank: 1, best: 1, worst: 2, tiedWith: [1] },
      { place: 1, rank: 2, best: 1, worst: 2, tiedWith: [2] },
      { place: 0, rank: 3, best: 3, worst: 3, tiedWith: [] },
    ]);
    expect(ranked[0]).toMatchObject({ n: 100, score: 0.9 });
    expect(ranked.map(({ elo }) => Math.sign(elo!.rating - 1000))).toEqual([1, 1, -1]);
    expect(standingsSentence([poor, close, best], ranked)).toBe(
      'No clear leader: best has 90.0 % of 100 samples, and paired tests do not tell it from close.',
    );
  });

  it('put on the front what nothing beats in quality, cost and latency together', () => {
    const dear = contender('dear', (i) => i % 3 === 0, { costPerTrial: 9 });
    const unpriced = contender('unpriced', () => true, { costPerTrial: null });
    const ranked = standings([best, close, poor, dear, unpriced]);
    expect(ranked.filter(({ onParetoFront }) => onParetoFront).map(({ place }) => place)).toEqual([0, 1, 2]);
  });

  it('test pairs over shared samples only, and leave ranks open where there are none', () => {
    const elsewhere = contender('elsewhere', () => true, { from: 150, samples: 5 });
    const ranked = standings([best, elsewhere]);
    expect(ranked.map(({ place, best, worst, elo }) => [place, best, worst, elo])).toEqual([
      [1, 1, 2, null],
      [0, 1, 2, null],
    ]);
  });

  it('allow for samples of one cluster being alike, in intervals, ranks and ties', () => {
    // Eight passages of five samples, which an agent has all right or all wrong.
    const passage = (i: number): number => Math.floor(i / 5);
    const clusters = Array.from({ length: 200 }, (_, i) => passage(i));
    const one = contender('one', (i) => passage(i) !== 2, { samples: 40 });
    const two = contender('two', (i) => ![2, 4, 6].includes(passage(i)), { samples: 40 });
    // scipy 1.10.1: binomtest(10, 10).pvalue = 0.00195: for McNemar one is better than two.
    expect(standings([one, two]).map(({ best, worst, tiedWith }) => [best, worst, tiedWith])).toEqual([
      [1, 1, []],
      [2, 2, []],
    ]);
    // statsmodels 0.13.5: OLS(one − two, ones(40)).fit(cov_type='cluster', cov_kwds={'groups': i // 5}, use_t=True) has
    // p = 0.170; of one, whose conf_int is clipped to [0, 1], and of two:
    const ranked = standings([one, two], clusters);
    expect(ranked.map(({ best, worst, tiedWith }) => [best, worst, tiedWith])).toEqual([
      [1, 2, [1]],
      [1, 2, [0]],
    ]);
    expect(ranked[0]!.ciLow).toBeCloseTo(0.5794219686237128, 9);
    expect(ranked[0]!.ciHigh).toBe(1);
    expect(ranked[1]!.ciLow).toBeCloseTo(0.1923180664268459, 9);
    expect(standingsSentence([one, two], ranked, 'metadata.passage')).toBe(
      'No clear leader: one has 87.5 % of 40 samples, and paired tests do not tell it from two. Intervals and tests allow for samples of one metadata.passage being alike.',
    );
  });

  it('say who leads, of one and of none', () => {
    expect(standingsSentence([best, poor], standings([best, poor]))).toBe(
      'best leads with 90.0 % of 100 samples: paired tests show it better than the other agent.',
    );
    expect(standingsSentence([best], standings([best]))).toBe(
      'best scored 90.0 % of 100 samples; no other agent is ranked.',
    );
    expect(standingsSentence([], standings([]))).toBe('No agent has a completed entry with a score.');
  });
});
