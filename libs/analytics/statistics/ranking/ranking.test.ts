import { describe, expect, it } from 'vitest';
import { bradleyTerry, eloOf } from './bradley-terry.js';
import { meanWinRates } from './mean-win-rate.js';
import { paretoFront } from './pareto-front.js';
import { rankIntervals } from './rank-intervals.js';

describe('rankIntervals', () => {
  it('counts who is significantly better and worse, all pairs adjusted together', () => {
    // By Holm 0.003, 0.06 and 0.06: only the first against the last is shown.
    const pairs = [
      { a: 0, b: 1, delta: 0.02, pValue: 0.03 },
      { a: 2, b: 0, delta: -0.2, pValue: 0.001 },
      { a: 1, b: 2, delta: 0.18, pValue: 0.04 },
    ];
    expect(rankIntervals([0.8, 0.78, 0.6], pairs)).toEqual([
      { rank: 1, best: 1, worst: 2 },
      { rank: 2, best: 1, worst: 3 },
      { rank: 3, best: 2, worst: 3 },
    ]);
  });

  it('agrees with ranks by Holm of statsmodels', () => {
    const pValues = [0.001, 0.012, 0.2, 0.03, 0.004, 0.6];
    const scores = [0.9, 0.8, 0.75, 0.6];
    const places = [0, 1, 2].flatMap((a) => [1, 2, 3].filter((b) => b > a).map((b) => ({ a, b })));
    const pairs = places.map(({ a, b }, i) => ({
      a,
      b,
      delta: scores[a]! - scores[b]!,
      pValue: pValues[i]!,
    }));
    // rank_intervals(MEANS, PAIR_P) of test/conformance/reference/statistics.py, with multipletests(method='holm')
    expect(rankIntervals(scores, pairs).map(({ best, worst }) => [best, worst])).toEqual([
      [1, 2],
      [2, 3],
      [2, 4],
      [2, 4],
    ]);
  });

  it('leaves all ranks open without tests, and shares a rank among equals', () => {
    expect(rankIntervals([0.5, 0.7, 0.5], [{ a: 0, b: 1, delta: -0.2, pValue: null }])).toEqual([
      { rank: 2, best: 1, worst: 3 },
      { rank: 1, best: 1, worst: 3 },
      { rank: 2, best: 1, worst: 3 },
    ]);
    expect(rankIntervals([], [])).toEqual([]);
    expect(rankIntervals([0.5], [])).toEqual([{ rank: 1, best: 1, worst: 1 }]);
  });
});

describe('bradleyTerry', () => {
  const columns = [
    [1, 0, 1, 1, 0.5, 1, 0, 1, 1, 0, 1, 0.5, 1, 1, 0, NaN],
    [0, 0, 1, 1, 0, 1, 1, 0.5, 1, 0, 0, 1, 1, 0, 0, 1],
    [0, 1, 0, 1, 0, 0.5, 0, 1, 0, 0, 1, 0, NaN, 1, 0, 0],
  ];
  // statsmodels 0.13.5: sm.GLM(won, differences, Binomial()).fit(cov_type='cluster'): params and cov_params(), centred
  const theta = [0.38289957028575566, -0.04591600400949839, -0.3369835662762574];

  it.each([
    // and stats.t.ppf(0.975, clusters − 1)
    {
      by: 'samples',
      clusters: null,
      errors: [0.17480263922402195, 0.24411019347963162, 0.24719973756225627],
      t: 2.131449545559323,
    },
    {
      by: 'clusters',
      clusters: Array.from({ length: 16 }, (_, i) => i % 6),
      errors: [0.1289155830045694, 0.34991098240096125, 0.3638845899179773],
      t: 2.5705818366147395,
    },
  ])('agrees with a binomial regression that allows for $by', ({ clusters, errors, t }) => {
    const strengths = bradleyTerry(columns, clusters)!;
    strengths.forEach(({ strength, standardError, interval }, i) => {
      expect(Math.abs(strength - theta[i]!)).toBeLessThan(1e-9);
      expect(Math.abs(standardError! - errors[i]!)).toBeLessThan(1e-9);
      expect(Math.abs(interval!.high - strength - t * standardError!)).toBeLessThan(1e-9);
    });
  });

  it('is null where no finite strength is the likeliest', () => {
    expect(
      bradleyTerry([
        [1, 1],
        [0, 0],
      ]),
    ).toBeNull();
    expect(
      bradleyTerry([
        [1, 0],
        [0, 1],
        [NaN, NaN],
      ]),
    ).toBeNull();
  });

  it('gives ten to one odds for 400 points of Elo', () => {
    expect(eloOf(0)).toBe(1000);
    expect(eloOf(Math.log(10))).toBeCloseTo(1400, 9);
    // numpy: 1000 + 400 * np.log10(np.exp(0.7))
    expect(eloOf(0.7)).toBeCloseTo(1121.6024549329106, 9);
  });
});

describe('meanWinRates', () => {
  it('averages over the benchmarks that an agent took part in, ties counted half', () => {
    // scipy 1.10.1: mean over benchmarks of (stats.rankdata(scores) - 1) / (n - 1)
    expect(
      meanWinRates([
        [0.9, 0.5, 0.5],
        [0.2, 0.4, null],
        [null, null, 1],
      ]),
    ).toEqual([0.5, 0.625, 0.25]);
  });

  it('is unknown for who met nobody', () => {
    expect(meanWinRates([[1, null]])).toEqual([null, null]);
    expect(meanWinRates([])).toEqual([]);
  });
});

describe('paretoFront', () => {
  it('keeps what nothing dominates, equals together, and leaves out the unknown', () => {
    const points = [
      [0.9, 5, 1],
      [0.8, 2, 1],
      [0.8, 3, 1],
      [0.7, 3, 0.5],
      [0.8, 2, 1],
      [1, null, 1],
    ];
    // numpy: places that no other point dominates, by test/conformance/reference/statistics.py
    expect(paretoFront(points, ['higher', 'lower', 'lower'])).toEqual([0, 1, 3, 4]);
    expect(paretoFront([], ['higher'])).toEqual([]);
  });
});
