import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { correlationOf, meanRanks } from './correlation.js';
import { mcnemarPValue } from './comparison/mcnemar.js';
import { pairedProportionInterval } from './comparison/paired-proportions.js';
import * as s from './index.js';
import { covarianceOf, differencesOf, meanOf } from './moments.js';
import { equivalenceSamplesNeeded } from './power.js';
import { medianOf, quantileOf } from './quantiles.js';
import { studentPValue } from './student.js';
import { tInterval } from './t-interval.js';
import { tTest } from './t-test.js';
import { noiseVariance } from './trend/noise.js';

type Case = [got: () => unknown, wanted: unknown];
/** A case that a statistic cannot have is left out with a word why. */
interface Cases {
  nothing: Case | string;
  one: Case | string;
  allEqual: Case | string;
  oneCluster?: Case;
  allTies?: Case;
}

const UNKNOWN = { interval: null, pValue: null };
const NO_ERROR = { ...UNKNOWN, standardError: null };
const NO_SAMPLES = 'it is given figures, not samples';
/** Wilson's for 1 of 1. scipy 1.10.1: binomtest(1, 1).proportion_ci(method='wilson') */
const ONE_OF_ONE = { low: 0.20654931437723745, high: 1 };
const throwing = (call: () => unknown) => (): unknown => {
  try {
    return call();
  } catch (error) {
    return (error as Error).name;
  }
};
const count = (successes: number, n: number) => ({ successes, n });
const moments = (n: number, mean: number, variance: number) => ({ n, mean, variance });
const ratioOf = (n: number, meanX: number, meanY: number, variance: number) =>
  s.ratioFromMoments({ n, meanX, meanY, varianceX: variance, varianceY: variance, covariance: variance });
const epochSums = (samples: number, trials: number) =>
  s.varianceFromSums({ samples, trials, squaresBetween: 0, squaresWithin: 0, squaredSizes: 2 * trials });
const judged = (candidate: number[], baseline: number[], clusters?: string[]) =>
  s.verdict(s.comparePairs(candidate, baseline, { clusters })!, 0.02);
const point = { value: 1, interval: { low: 1, high: 1 } };
const unsure = { value: 1, interval: null };
const met = (a: number[], b: number[], clusters?: string[]) => s.bradleyTerry([a, b], clusters);
const unknown = { strength: 0, standardError: null, interval: null };
const even = { strength: 0, standardError: 0, interval: null };
const INCONCLUSIVE = { verdict: 'inconclusive', settledBy: null };
const NOTHING_REPEATED = { samples: 0, unanimous: null, pairwiseAgreement: null };
const NO_PARTS = { between: null, within: null, betweenShare: null };
const saturated = (n: number) => ({ n, mean: 1, discrimination: null, pValue: null, flag: 'saturated' });
const certain = (n: number) => {
  const all = { value: 1, interval: s.wilsonInterval(n, n) };
  return { samples: n, any: all, all };
};

const STATISTICS: Record<string, Cases> = {
  alignBySample: {
    nothing: [() => s.alignBySample(new Map(), new Map()).ids, []],
    one: [
      () => s.alignBySample(new Map([['a', 1]]), new Map()),
      { ids: [], onlyCandidate: 1, onlyBaseline: 0 },
    ],
    allEqual: [() => s.alignBySample(new Map([['a', 1]]), new Map([['a', 1]])).ids, ['a']],
  },
  benjaminiHochberg: {
    nothing: [() => s.benjaminiHochberg([]), []],
    one: [() => s.benjaminiHochberg([0.03]), [0.03]],
    allEqual: [() => s.benjaminiHochberg([0.03, 0.03]), [0.03, 0.03]],
    allTies: [() => s.benjaminiHochberg([1, null, 1]), [1, null, 1]],
  },
  bradleyTerry: {
    nothing: [() => s.bradleyTerry([]), null],
    one: [() => s.bradleyTerry([[1, 0]]), null],
    allEqual: [() => met([1, 1], [0, 0]), null],
    allTies: [() => met([1, 0], [1, 0]), [even, even]],
    oneCluster: [() => met([1, 0], [0, 1], ['a', 'a']), [unknown, unknown]],
  },
  clusteredMean: {
    nothing: [() => s.clusteredMean([], []), null],
    one: [() => s.clusteredMean([1], ['a']), { n: 1, clusters: 1, estimate: 1, ...NO_ERROR }],
    allEqual: [
      () => s.clusteredMean([1, 1, 1], ['a', 'b', 'c']),
      { n: 3, clusters: 3, estimate: 1, standardError: 0, pValue: 0.25, interval: null },
    ],
    oneCluster: [
      () => s.clusteredMean([0, 1], ['a', 'a']),
      { n: 2, clusters: 1, estimate: 0.5, ...NO_ERROR },
    ],
  },
  cohensKappa: {
    nothing: [() => s.cohensKappa([], []), null],
    one: [() => s.cohensKappa(['a'], ['a']), { n: 1, agreement: 1, kappa: null, interval: null }],
    allEqual: [
      () => s.cohensKappa(['a', 'a'], ['a', 'a']),
      { n: 2, agreement: 1, kappa: null, interval: null },
    ],
  },
  comparePairs: {
    nothing: [() => s.comparePairs([], []), null],
    one: [() => s.comparePairs([0.5], [0.25]), { method: 'paired_t', n: 1, estimate: 0.25, ...NO_ERROR }],
    allEqual: [
      () => s.comparePairs([0.5, 0.5], [0.5, 0.5]),
      { correlation: null, ties: 2, estimate: 0, standardError: 0, pValue: 1, interval: null },
    ],
    oneCluster: [
      () => s.comparePairs([0, 1], [1, 1], { clusters: ['a', 'a'] }),
      { method: 'cluster_robust_t', n: 2, estimate: -0.5, ...NO_ERROR },
    ],
    allTies: [
      () => s.comparePairs([0, 1], [0, 1]),
      { method: 'mcnemar', ties: 2, estimate: 0, pValue: 1, interval: pairedProportionInterval(0, 0, 2) },
    ],
  },
  compareUnpaired: {
    nothing: [() => s.compareUnpaired(moments(0, NaN, NaN), moments(2, 1, 1)), null],
    one: [
      () => s.compareUnpaired(moments(1, 1, NaN), moments(2, 0.5, 0.5)),
      { estimate: 0.5, degreesOfFreedom: null, ...NO_ERROR },
    ],
    allEqual: [
      () => s.compareUnpaired(moments(2, 1, 0), moments(2, 0.5, 0)),
      { estimate: 0.5, degreesOfFreedom: null, ...NO_ERROR },
    ],
  },
  consistency: {
    nothing: [() => s.consistency([]), NOTHING_REPEATED],
    one: [() => s.consistency([['a']]), NOTHING_REPEATED],
    allEqual: [() => s.consistency([['a', 'a']]), { samples: 1, unanimous: 1, pairwiseAgreement: 1 }],
  },
  correctedShare: {
    nothing: [() => s.correctedShare(count(0, 0), count(9, 10), count(9, 10)), null],
    one: [
      () => s.correctedShare(count(1, 1), count(9, 10), count(9, 10)),
      { share: 1, interval: { low: 0, high: 1 } },
    ],
    allEqual: [
      () => s.correctedShare(count(10, 10), count(10, 10), count(10, 10)),
      { share: 1, interval: { high: 1 } },
    ],
  },
  correlationOf: {
    nothing: [() => correlationOf([], []), null],
    one: [() => correlationOf([1], [1]), null],
    allEqual: [() => correlationOf([1, 1, 1], [1, 2, 3]), null],
  },
  covarianceOf: {
    nothing: [() => covarianceOf([], []), NaN],
    one: [() => covarianceOf([1], [1]), NaN],
    allEqual: [() => covarianceOf([1, 1], [1, 2]), 0],
  },
  decideGate: {
    nothing: [() => s.decideGate(null, 0.1, 'higher'), 'inconclusive'],
    one: NO_SAMPLES,
    allEqual: [() => s.decideGate({ low: 0, high: 0 }, 0, 'higher'), 'pass'],
  },
  differenceInterval: {
    nothing: [() => s.differenceInterval(unsure, point), null],
    one: NO_SAMPLES,
    allEqual: [() => s.differenceInterval(point, point), { low: 0, high: 0 }],
  },
  differencesOf: {
    nothing: [() => [...differencesOf([], [])], []],
    one: [() => [...differencesOf([1], [0])], [1]],
    allEqual: [() => [...differencesOf([0.1 + 0.2, 1], [0.3, 1])], [0, 0]],
  },
  drift: {
    nothing: [() => s.drift([], []), null],
    one: [() => s.drift([1], [1]), null],
    allEqual: [
      () => s.drift([1, 2, 3, 4], [1, 1, 1, 1]),
      { n: 4, slope: 0, interval: { low: 0, high: 0 }, s: 0, pValue: 1 },
    ],
  },
  epochsNeeded: {
    nothing: [
      () =>
        s.epochsNeeded(0.1, 0, {
          a: { between: 1, within: 1 },
          b: { between: 1, within: 1 },
          correlation: 0,
        }),
      null,
    ],
    one: [
      () =>
        s.epochsNeeded(0.1, 1, {
          a: { between: 1, within: 1 },
          b: { between: 1, within: 1 },
          correlation: 0,
        }),
      null,
    ],
    allEqual: [
      () =>
        s.epochsNeeded(0.1, 9, {
          a: { between: 0, within: 0 },
          b: { between: 0, within: 0 },
          correlation: 0,
        }),
      1,
    ],
  },
  equivalenceSamplesNeeded: {
    nothing: NO_SAMPLES,
    one: [throwing(() => equivalenceSamplesNeeded(0.02, 0.02, 1)), 'RangeError'],
    allEqual: [() => equivalenceSamplesNeeded(0, 0.02, 0), 2],
  },
  holm: {
    nothing: [() => s.holm([]), []],
    one: [() => s.holm([0.03]), [0.03]],
    allEqual: [() => s.holm([0.03, 0.03]), [0.06, 0.06]],
    allTies: [() => s.holm([1, null, 1]), [1, null, 1]],
  },
  itemStatistics: {
    nothing: [() => s.itemStatistics([]), []],
    one: [() => s.itemStatistics([[1]]), [saturated(1)]],
    allEqual: [
      () =>
        s.itemStatistics([
          [1, 1],
          [1, 1],
        ]),
      [saturated(2), saturated(2)],
    ],
  },
  krippendorffsAlpha: {
    nothing: [() => s.krippendorffsAlpha([], 'nominal', 'x'), { units: 0, alpha: null, interval: null }],
    one: [() => s.krippendorffsAlpha([[1, 2]], 'nominal', 'x'), { units: 1, alpha: 0, interval: null }],
    allEqual: [
      () =>
        s.krippendorffsAlpha(
          [
            [1, 1],
            [1, 1],
          ],
          'nominal',
          'x',
        ),
      { units: 2, alpha: null, interval: null },
    ],
  },
  mcnemarPValue: {
    nothing: [() => mcnemarPValue(0, 0), 1],
    one: [() => mcnemarPValue(1, 0), 1],
    // 2 · 0.5⁶
    allEqual: [() => mcnemarPValue(6, 0), 0.03125],
  },
  meanEstimate: {
    nothing: [() => s.meanEstimate([]), null],
    one: [
      () => s.meanEstimate([0.5]),
      { n: 1, mean: 0.5, variance: null, standardError: null, interval: null },
    ],
    allEqual: [
      () => s.meanEstimate([0.5, 0.5]),
      { variance: 0, standardError: 0, interval: { low: 0.5, high: 0.5 } },
    ],
  },
  meanOf: {
    nothing: [() => meanOf([]), NaN],
    one: [() => meanOf([0.1]), 0.1],
    allEqual: [() => meanOf([0.1, 0.1, 0.1]), 0.1],
  },
  meanRanks: {
    nothing: [() => [...meanRanks([])], []],
    one: [() => [...meanRanks([4])], [1]],
    allEqual: [() => [...meanRanks([4, 4, 4])], [2, 2, 2]],
  },
  meanWinRates: {
    nothing: [() => s.meanWinRates([]), []],
    one: [() => s.meanWinRates([[0.5]]), [null]],
    allEqual: [() => s.meanWinRates([[0.5, 0.5]]), [0.5, 0.5]],
  },
  medianOf: {
    nothing: [() => medianOf([]), NaN],
    one: [() => medianOf([3]), 3],
    allEqual: [() => medianOf([3, 3]), 3],
  },
  minimumDetectableEffect: {
    nothing: [() => s.minimumDetectableEffect(0, 1), Infinity],
    // scipy 1.10.1: norm.ppf(.975) + norm.ppf(.8)
    one: [() => s.minimumDetectableEffect(1, 1), expect.closeTo(2.801585218112968, 9)],
    allEqual: [() => s.minimumDetectableEffect(4, 0), 0],
  },
  momentsOf: {
    nothing: [() => s.momentsOf([]), { n: 0, mean: NaN, variance: NaN }],
    one: [() => s.momentsOf([0.5]), { n: 1, mean: 0.5, variance: NaN }],
    allEqual: [() => s.momentsOf([0.1, 0.1, 0.1]), { n: 3, mean: 0.1, variance: 0 }],
  },
  noiseVariance: {
    nothing: [() => noiseVariance([]), NaN],
    one: [() => noiseVariance([1]), NaN],
    allEqual: [() => noiseVariance([1, 1, 1]), 0],
  },
  outliers: {
    nothing: [() => s.outliers([]), []],
    one: [() => s.outliers([1]), []],
    allEqual: [() => s.outliers(Array<number>(20).fill(1)), []],
  },
  pairedBootstrap: {
    nothing: [() => s.pairedBootstrap([], [], 'x'), null],
    one: [() => s.pairedBootstrap([1], [0], 'x'), null],
    allEqual: [() => s.pairedBootstrap([1, 1], [0, 0], 'x'), null],
    allTies: [() => s.pairedBootstrap([1, 0], [1, 0], 'x'), null],
  },
  pairedProportionInterval: {
    nothing: [() => pairedProportionInterval(0, 0, 0), null],
    one: [() => pairedProportionInterval(1, 0, 1), { low: expect.closeTo(-0.7335359280789577, 9), high: 1 }],
    allEqual: [() => pairedProportionInterval(9, 0, 9), { high: 1 }],
    // 0 ± z·√(2 / 11²) · …, Bonett & Price 2012 with a success added to each side.
    allTies: [
      () => pairedProportionInterval(0, 0, 9),
      { low: expect.closeTo(-0.25198251351812323, 9), high: expect.closeTo(0.25198251351812323, 9) },
    ],
  },
  paretoFront: {
    nothing: [() => s.paretoFront([], ['higher']), []],
    one: [() => s.paretoFront([[1]], ['higher']), [0]],
    allEqual: [() => s.paretoFront([[1], [1]], ['higher']), [0, 1]],
  },
  passAtK: {
    nothing: [() => s.passAtK([]), []],
    one: [() => s.passAtK([{ trials: 1, passed: 1, samples: 1 }]), [{ k: 1, ...certain(1) }]],
    allEqual: [
      () => s.passAtK([{ trials: 2, passed: 2, samples: 3 }]),
      [
        { k: 1, ...certain(3) },
        { k: 2, ...certain(3) },
      ],
    ],
  },
  pearson: {
    nothing: [() => s.pearson([], []), { n: 0, r: null, ...UNKNOWN }],
    one: [() => s.pearson([1], [1]), { n: 1, r: null, ...UNKNOWN }],
    allEqual: [() => s.pearson([1, 1, 1], [1, 2, 3]), { n: 3, r: null, ...UNKNOWN }],
  },
  quantileOf: {
    nothing: [() => quantileOf([], 0.5), NaN],
    one: [() => quantileOf([3], 0.9), 3],
    allEqual: [() => quantileOf([3, 3, 3], 0.9), 3],
  },
  quantiles: {
    nothing: [() => s.quantiles([], [0.5]), []],
    one: [() => s.quantiles([2], [0.5]), [{ level: 0.5, value: 2, interval: null }]],
    allEqual: [
      () => s.quantiles([2, 2, 2, 2, 2, 2], [0.5]),
      [{ level: 0.5, value: 2, interval: { low: 2, high: 2 } }],
    ],
  },
  rankIntervals: {
    nothing: [() => s.rankIntervals([], []), []],
    one: [() => s.rankIntervals([1], []), [{ rank: 1, best: 1, worst: 1 }]],
    allEqual: [
      () => s.rankIntervals([0.5, 0.5], [{ a: 0, b: 1, delta: 0, pValue: 0 }]),
      Array(2).fill({ rank: 1, best: 1, worst: 2 }),
    ],
    allTies: [
      () => s.rankIntervals([0.5, 0.4], [{ a: 0, b: 1, delta: 0.1, pValue: null }]),
      [
        { rank: 1, best: 1, worst: 2 },
        { rank: 2, best: 1, worst: 2 },
      ],
    ],
  },
  ratioFromMoments: {
    nothing: [() => ratioOf(0, NaN, NaN, NaN), { n: 0, ratio: null, interval: null }],
    one: [() => ratioOf(1, 1, 2, NaN), { n: 1, ratio: 0.5, interval: null }],
    allEqual: [() => ratioOf(3, 1, 2, 0), { ratio: 0.5, interval: { low: 0.5, high: 0.5 } }],
    allTies: [() => ratioOf(3, 1, 0, 0), { ratio: null, interval: null }],
  },
  ratioInterval: {
    nothing: [() => s.ratioInterval(unsure, point), null],
    one: NO_SAMPLES,
    allEqual: [() => s.ratioInterval(point, point), { low: 1, high: 1 }],
  },
  ratioOfMeans: {
    nothing: [() => s.ratioOfMeans([], []), { n: 0, ratio: null, interval: null }],
    one: [() => s.ratioOfMeans([1], [2]), { n: 1, ratio: 0.5, interval: null }],
    allEqual: [() => s.ratioOfMeans([1, 1], [2, 2]), { n: 2, ratio: 0.5, interval: { low: 0.5, high: 0.5 } }],
  },
  ratioOfTotals: {
    nothing: [() => s.ratioOfTotals([], [], []), { n: 0, ratio: null, interval: null }],
    one: [() => s.ratioOfTotals([1], [2], ['a']), { n: 1, ratio: 0.5, interval: null }],
    allEqual: [
      () => s.ratioOfTotals([1, 1], [2, 2], ['a', 'b']),
      { n: 2, ratio: 0.5, interval: { low: 0.5, high: 0.5 } },
    ],
    oneCluster: [() => s.ratioOfTotals([1, 3], [2, 2], ['a', 'a']), { n: 1, ratio: 1, interval: null }],
  },
  samplesNeeded: {
    nothing: [throwing(() => s.samplesNeeded(0, 1)), 'RangeError'],
    one: NO_SAMPLES,
    allEqual: [() => s.samplesNeeded(0.1, 0), 2],
  },
  scoreInterval: {
    nothing: [() => s.scoreInterval({ n: 0, mean: NaN, variance: NaN, allBinary: true }), null],
    one: [() => s.scoreInterval({ n: 1, mean: 1, variance: NaN, allBinary: true }), ONE_OF_ONE],
    allEqual: [() => s.scoreInterval({ n: 9, mean: 0.5, variance: 0, allBinary: false }), null],
  },
  segmentsOf: {
    nothing: [() => s.segmentsOf([]), []],
    one: [() => s.segmentsOf([1]), [{ start: 0, end: 1, mean: 1 }]],
    allEqual: [() => s.segmentsOf([1, 1, 1]), [{ start: 0, end: 3, mean: 1 }]],
  },
  studentPValue: {
    nothing: NO_SAMPLES,
    one: NO_SAMPLES,
    allEqual: [() => studentPValue(0, 5), 1],
  },
  tInterval: {
    nothing: [() => tInterval(NaN, NaN, 0), null],
    one: [() => tInterval(1, NaN, 1), null],
    allEqual: [() => tInterval(1, 0, 5), { low: 1, high: 1 }],
  },
  tTest: {
    nothing: [() => tTest(NaN, NaN, -1), NO_ERROR],
    one: [() => tTest(1, NaN, 0), { estimate: 1, ...NO_ERROR }],
    // The sign test of six units: 2 · 0.5⁶
    allEqual: [() => tTest(1, 0, 5), { pValue: 0.03125, interval: { low: 1, high: 1 } }],
    allTies: [() => tTest(0, 0, 5), { pValue: 1, interval: { low: 0, high: 0 } }],
  },
  testCorrelation: {
    nothing: [() => s.testCorrelation(0, null, 'pearson'), UNKNOWN],
    one: [() => s.testCorrelation(1, null, 'spearman'), UNKNOWN],
    allEqual: [() => s.testCorrelation(9, null, 'spearman'), UNKNOWN],
  },
  varianceComponents: {
    nothing: [() => s.varianceComponents([]), { samples: 0, trials: 0, ...NO_PARTS }],
    one: [() => s.varianceComponents([[1]]), { samples: 1, trials: 1, ...NO_PARTS }],
    allEqual: [
      () =>
        s.varianceComponents([
          [1, 1],
          [1, 1],
        ]),
      { between: 0, within: 0, betweenShare: null },
    ],
    oneCluster: [() => s.varianceComponents([[1, 0]]), { between: null, within: 0.5, betweenShare: null }],
  },
  varianceFromSums: {
    nothing: [() => epochSums(0, 0), { samples: 0, trials: 0, ...NO_PARTS }],
    one: [() => epochSums(1, 1), { samples: 1, trials: 1, ...NO_PARTS }],
    allEqual: [() => epochSums(2, 4), { between: 0, within: 0, betweenShare: null }],
  },
  verdict: {
    nothing: 'there is no comparison of nothing',
    one: [() => judged([1], [0]), INCONCLUSIVE],
    allEqual: [() => judged([0.5, 0.5], [0.5, 0.5]), INCONCLUSIVE],
    oneCluster: [() => judged([0, 1], [1, 1], ['a', 'a']), INCONCLUSIVE],
    allTies: [() => judged([0, 1], [0, 1]), INCONCLUSIVE],
  },
  weightedKappa: {
    nothing: [() => s.weightedKappa([], []), null],
    one: [() => s.weightedKappa([1], [1]), { n: 1, agreement: 1, kappa: null, interval: null }],
    allEqual: [() => s.weightedKappa([1, 1], [1, 1]), { n: 2, agreement: 1, kappa: null, interval: null }],
  },
  wilsonInterval: {
    nothing: [() => s.wilsonInterval(0, 0), null],
    one: [() => s.wilsonInterval(1, 1), ONE_OF_ONE],
    // scipy 1.10.1: binomtest(10, 10).proportion_ci(method='wilson')
    allEqual: [() => s.wilsonInterval(10, 10), { low: expect.closeTo(0.7224672001371109, 9), high: 1 }],
  },
};

/** They change numbers, and estimate nothing. */
const TOOLS = ['differenceVariance', 'eloOf', 'invert', 'requireSameLength', 'sortedCopy', 'upperLevel'];

it('has a line for every function of the folder', async () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const modules = await Promise.all(
    files
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => import(join(import.meta.dirname, file)) as Promise<Record<string, unknown>>),
  );
  const functions = modules.flatMap((exported) =>
    Object.keys(exported).filter((name) => typeof exported[name] === 'function'),
  );
  expect([...new Set(functions)].sort()).toEqual([...Object.keys(STATISTICS), ...TOOLS].sort());
});

const CASES = Object.entries(STATISTICS).flatMap(([name, cases]) =>
  Object.entries(cases as unknown as Record<string, Case | string>).flatMap(([kind, one]) =>
    typeof one === 'string' ? [] : [[name, kind, ...one] as const],
  ),
);

it.each(CASES)('%s is defined for %s', (_name, _kind, got, wanted) => {
  const value = got();
  if (typeof value === 'object' && value !== null) expect(value).toMatchObject(wanted as object);
  else expect(value).toEqual(wanted);
});
