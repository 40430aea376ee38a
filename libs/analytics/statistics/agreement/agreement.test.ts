import { describe, expect, it } from 'vitest';
import { cohensKappa, weightedKappa } from './cohens-kappa.js';
import { krippendorffsAlpha } from './krippendorffs-alpha.js';
import { correctedShare } from './rogan-gladen.js';

describe('cohensKappa', () => {
  it('agrees with statsmodels', () => {
    const { kappa, interval } = cohensKappa(
      [0, 1, 1, 2, 0, 1, 2, 2, 0, 1, 1, 0, 2, 1, 0],
      [0, 1, 2, 2, 0, 1, 2, 1, 0, 1, 0, 0, 2, 1, 1],
    )!;
    // statsmodels 0.15.0: inter_rater.cohens_kappa(table): kappa, kappa_low, kappa_upp
    expect(kappa).toBeCloseTo(0.5945945945945944, 12);
    expect(interval!.low).toBeCloseTo(0.25024943821442786, 10);
    expect(interval!.high).toBeCloseTo(0.938939750974761, 10);
  });

  it('is unknown where only one label occurs, and null for nothing', () => {
    expect(cohensKappa(['a', 'a'], ['a', 'a'])).toEqual({ n: 2, agreement: 1, kappa: null, interval: null });
    expect(cohensKappa([], [])).toBeNull();
    // Two raters that always agree: the formula's variance is 0, which says nothing of how sure that is.
    expect(cohensKappa(['a', 'b'], ['a', 'b'])).toEqual({ n: 2, agreement: 1, kappa: 1, interval: null });
  });
});

describe('weightedKappa', () => {
  it('agrees with statsmodels, whatever the unit of the scale', () => {
    const a = [0, 1, 1, 2, 0, 1, 2, 2, 0, 1, 1, 0, 2, 1, 0];
    const b = [0, 2, 1, 2, 0, 1, 2, 1, 0, 1, 0, 0, 2, 1, 2];
    for (const unit of [1, 0.5]) {
      const { kappa, interval } = weightedKappa(
        a.map((value) => value * unit),
        b.map((value) => value * unit),
      )!;
      // statsmodels 0.15.0: inter_rater.cohens_kappa(table, wt='quadratic'): kappa, kappa_low; kappa_upp is 1.0348
      expect(kappa).toBeCloseTo(0.631578947368421, 12);
      expect(interval!.low).toBeCloseTo(0.22839101721184774, 10);
      expect(interval!.high).toBe(1);
    }
  });

  it('is that of labels where there are two, unknown where there is one, and null for nothing', () => {
    const [a, b] = [
      [0, 1, 1, 0, 1],
      [0, 1, 0, 0, 1],
    ] as const;
    expect(weightedKappa(a, b)!.kappa).toBeCloseTo(cohensKappa(a, b)!.kappa!, 12);
    expect(weightedKappa([0.3, 0.3], [0.3, 0.3])).toEqual({
      n: 2,
      agreement: 1,
      kappa: null,
      interval: null,
    });
    expect(weightedKappa([], [])).toBeNull();
  });
});

describe('krippendorffsAlpha', () => {
  // The twelve units of Krippendorff 2011, section E, where alpha is 0.743, 0.815 and 0.849.
  const units = [
    [1, 1, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [5, 5, 5],
    [1, 1],
    [3],
  ];

  // By coincidence matrix: alpha(UNITS, scale) of test/conformance/reference/statistics.py
  it.each([
    ['nominal', 0.743421052631579],
    ['ordinal', 0.8153875037548813],
    ['interval', 0.8491071428571428],
  ] as const)('on a scale that is %s is %d', (scale, expected) => {
    const alpha = krippendorffsAlpha(units, scale, 'seed');
    expect(alpha.units).toBe(11);
    expect(alpha.alpha).toBeCloseTo(expected, 12);
    expect(alpha.interval!.low).toBeLessThan(expected);
    expect(alpha.interval!.high).toBeGreaterThan(expected);
    expect(krippendorffsAlpha(units, scale, 'seed')).toEqual(alpha);
  });

  it('is unknown where nothing was rated twice or all ratings are equal', () => {
    expect(krippendorffsAlpha([[1], [2]], 'nominal', 's')).toEqual({ units: 0, alpha: null, interval: null });
    expect(
      krippendorffsAlpha(
        [
          [1, 1],
          [1, 1],
        ],
        'ordinal',
        's',
      ),
    ).toEqual({ units: 2, alpha: null, interval: null });
    expect(krippendorffsAlpha([[1, 2]], 'interval', 's')).toEqual({ units: 1, alpha: 0, interval: null });
  });
});

describe('correctedShare', () => {
  it('has the interval of Lang and Reiczigel', () => {
    const corrected = correctedShare(
      { successes: 130, n: 200 },
      { successes: 90, n: 100 },
      { successes: 170, n: 200 },
    )!;
    // lang_reiczigel(130, 200, 90, 100, 170, 200) of test/conformance/reference/statistics.py, with stats.norm.ppf
    expect(corrected.share).toBeCloseTo(2 / 3, 12);
    expect(corrected.interval.low).toBeCloseTo(0.5650213863290583, 10);
    expect(corrected.interval.high).toBeCloseTo(0.7780974947985237, 10);
  });

  it('stays between 0 and 1, and is null for a judge that knows nothing', () => {
    const good = { successes: 9, n: 10 };
    expect(correctedShare({ successes: 0, n: 50 }, good, good)).toMatchObject({
      share: 0,
      interval: { low: 0 },
    });
    expect(
      correctedShare({ successes: 1, n: 2 }, { successes: 5, n: 10 }, { successes: 5, n: 10 }),
    ).toBeNull();
    expect(correctedShare({ successes: 0, n: 0 }, good, good)).toBeNull();
    expect(() => correctedShare({ successes: 3, n: 2 }, good, good)).toThrow('not a share');
  });
});
