import { describe, expect, it } from 'vitest';
import { calibrate, type LabelledTrial } from './calibrate.js';

const THRESHOLDS = { judge: 0.5, label: 0.5 };

const trial = (judge: number | null, ratings: Record<string, number>, entryId = 'e1'): LabelledTrial => ({
  entryId,
  judge,
  ratings: new Map(Object.entries(ratings)),
});

/** `count` trials that Ada alone has labelled. */
const labelled = (count: number, judge: number, ada: number): LabelledTrial[] =>
  Array.from({ length: count }, () => trial(judge, { ada }));

const entry = (accepted: number, samples: number, entryId = 'e1') => ({
  ...{ entryId, agent: entryId, samples, accepted },
});

describe('calibrate', () => {
  it('corrects scores by sensitivity and specificity, with the interval of Lang and Reiczigel', () => {
    const trials = [
      ...labelled(90, 1, 1),
      ...labelled(10, 0, 1),
      ...labelled(170, 0, 0),
      ...labelled(30, 1, 0),
    ];
    const { n, confusion, sensitivity, specificity, entries, uncorrectable } = calibrate(
      trials,
      [entry(130, 200), entry(0, 0, 'e2')],
      THRESHOLDS,
      's',
    );
    expect(n).toBe(300);
    expect(confusion).toEqual({ truePositive: 90, falsePositive: 30, trueNegative: 170, falseNegative: 10 });
    // statsmodels 0.15.0: proportion_confint(90, 100, method='wilson'), (170, 200, …)
    expect(sensitivity).toMatchObject({ successes: 90, n: 100, value: 0.9 });
    expect(sensitivity.interval!.low).toBeCloseTo(0.8256343384950865, 10);
    expect(sensitivity.interval!.high).toBeCloseTo(0.9447708629393249, 10);
    expect(specificity.interval!.low).toBeCloseTo(0.7939442071583334, 10);
    // lang_reiczigel(130, 200, 90, 100, 170, 200) of test/conformance/reference/statistics.py
    expect(entries[0]!.corrected!.share).toBeCloseTo(2 / 3, 12);
    expect(entries[0]!.corrected!.interval.low).toBeCloseTo(0.5650213863290583, 10);
    expect(entries[0]!.corrected!.interval.high).toBeCloseTo(0.7780974947985237, 10);
    expect(entries[1]).toMatchObject({ judged: { value: null, interval: null }, corrected: null });
    expect(uncorrectable).toBeNull();
  });

  it.each<[string, LabelledTrial[], RegExp]>([
    ['nothing is labelled', [], /no trial has both/],
    ['the judge has no value', [trial(null, { ada: 1 })], /no trial has both/],
    ['nothing that is labelled is wrong', labelled(3, 1, 1), /no labelled answer is wrong/],
    ['nothing that is labelled is right', labelled(3, 1, 0), /no labelled answer is right/],
    [
      'the judge knows nothing',
      [...labelled(3, 1, 1), ...labelled(2, 1, 0)],
      /a sensitivity of 1.000 and a specificity of 0.000 are together not more than 1/,
    ],
  ])('says why nothing can be corrected where %s', (_, trials, reason) => {
    const { entries, uncorrectable } = calibrate(trials, [entry(3, 5)], THRESHOLDS, 's');
    expect(entries[0]!.corrected).toBeNull();
    expect(uncorrectable).toMatch(reason);
  });

  it('takes what most people say, and leaves out what they are divided about or nobody has judged', () => {
    const trials = [
      trial(1, { ada: 1, bob: 1, cy: 0 }),
      trial(0.4, { ada: 0, bob: 0.4 }),
      trial(0.6, { ada: 1, bob: 0 }),
      trial(null, { ada: 1 }),
    ];
    const { n, divided, unjudged, confusion } = calibrate(trials, [], THRESHOLDS, 's');
    expect({ n, divided, unjudged }).toEqual({ n: 2, divided: 1, unjudged: 1 });
    expect(confusion).toMatchObject({ truePositive: 1, trueNegative: 1 });
    const strict = calibrate(trials, [], { judge: 0.3, label: 0.4 }, 's');
    expect(strict.confusion).toEqual({
      truePositive: 1,
      falsePositive: 0,
      trueNegative: 0,
      falseNegative: 0,
    });
  });

  it('tells how people agree with each other and with the judge, by pair and all together', () => {
    const trials = [
      trial(1, { ada: 1, bob: 1 }),
      trial(0, { ada: 0, bob: 0 }),
      trial(1, { ada: 1, bob: 0 }),
      trial(1, { ada: 0 }),
    ];
    const { agreement } = calibrate(trials, [], THRESHOLDS, 's');
    expect(agreement.isBinary).toBe(true);
    expect(agreement.raters).toMatchObject([
      {
        rater: 'ada',
        labels: 4,
        withJudge: { binary: { n: 4, agreement: 0.75, kappa: 0.5 }, weighted: null },
      },
      { rater: 'bob', labels: 3, withJudge: { binary: { n: 3 } } },
    ]);
    expect(agreement.pairs).toMatchObject([{ raters: ['ada', 'bob'], binary: { n: 3 } }]);
    expect(agreement.pairs[0]!.binary.kappa).toBeCloseTo(0.4, 12);
    expect(agreement.alphaOfRaters.units).toBe(3);
    expect(agreement.alphaWithJudge.units).toBe(4);
  });

  it('weighs what is on a scale, where a step apart is not far', () => {
    const values = [0, 0.25, 0.5, 0.75, 1];
    const trials = values.flatMap((value) => [
      trial(value, { ada: value }),
      trial(value, { ada: Math.min(1, value + 0.25) }),
    ]);
    const { agreement } = calibrate(trials, [], THRESHOLDS, 's');
    expect(agreement.isBinary).toBe(false);
    const { binary, weighted } = agreement.raters[0]!.withJudge!;
    expect(binary.kappa).toBeLessThan(weighted!.kappa!);
    expect(agreement.alphaWithJudge.alpha).toBeGreaterThan(0.8);
  });

  it('gives no interval of alpha where resampling would take long', () => {
    const trials = Array.from({ length: 2_001 }, (_, i) => trial(i % 2, { ada: Number(i % 3 > 0) }));
    const { alphaWithJudge } = calibrate(trials, [], THRESHOLDS, 's').agreement;
    expect(alphaWithJudge).toMatchObject({ units: 2_001, interval: null });
    expect(alphaWithJudge.alpha).not.toBeNull();
  });
});
