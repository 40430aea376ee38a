import { describe, expect, it } from 'vitest';
import { bradleyTerry, eloOf, type Encounter } from './bradley-terry.js';
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
  const encounters: Encounter[] = [
    { a: 0, b: 1, winsOfA: 14, winsOfB: 6, ties: 0 },
    { a: 0, b: 2, winsOfA: 9, winsOfB: 10, ties: 1 },
    { a: 3, b: 0, winsOfA: 4, winsOfB: 20, ties: 0 },
    { a: 1, b: 2, winsOfA: 11, winsOfB: 9, ties: 0 },
    { a: 1, b: 3, winsOfA: 13, winsOfB: 7, ties: 0 },
    { a: 2, b: 3, winsOfA: 12, winsOfB: 8, ties: 0 },
  ];

  it('agrees with a binomial regression', () => {
    const strengths = bradleyTerry(4, encounters)!;
    // statsmodels 0.15.0: sm.GLM([wins, losses], differences, Binomial()).fit(): params and cov_params(), centred
    const theta = [0.5584427339546807, 0.0018053017152819262, 0.08019405056954976, -0.6404420862395124];
    const errors = [0.20320720207956283, 0.19948382208362794, 0.19965921653470098, 0.20649771962338942];
    strengths.forEach(({ strength, standardError, interval }, i) => {
      expect(Math.abs(strength - theta[i]!)).toBeLessThan(1e-9);
      expect(Math.abs(standardError - errors[i]!)).toBeLessThan(1e-9);
      // stats.norm.ppf(0.975)
      expect(interval.high - strength).toBeCloseTo(1.959963984540054 * standardError, 12);
    });
  });

  it('has equal players where all is tied', () => {
    const [a, b] = bradleyTerry(2, [{ a: 0, b: 1, winsOfA: 0, winsOfB: 0, ties: 8 }])!;
    expect([a!.strength, b!.strength]).toEqual([0, 0]);
  });

  it('is null where no finite strength is the likeliest', () => {
    expect(bradleyTerry(2, [{ a: 0, b: 1, winsOfA: 5, winsOfB: 0, ties: 0 }])).toBeNull();
    expect(bradleyTerry(3, [{ a: 0, b: 1, winsOfA: 5, winsOfB: 4, ties: 0 }])).toBeNull();
    expect(bradleyTerry(1, [])).toBeNull();
    expect(bradleyTerry(0, [])).toBeNull();
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
