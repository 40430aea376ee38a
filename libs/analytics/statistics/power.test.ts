import { describe, expect, it } from 'vitest';
import {
  differenceVariance,
  epochsNeeded,
  equivalenceSamplesNeeded,
  minimumDetectableEffect,
  samplesNeeded,
} from './power.js';

const a = { between: 0.15, within: 0.06 };
const b = { between: 0.12, within: 0.08 };

describe('power', () => {
  it('agrees with scipy and statsmodels', () => {
    // (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * sqrt(0.3 / 1000)
    expect(minimumDetectableEffect(1000, 0.3)).toBeCloseTo(0.04852487939505596, 12);
    // power.normal_sample_size_one_tail(0.05, 0.8, 0.025, sqrt(0.3), sqrt(0.3)): 941.87
    expect(samplesNeeded(0.05, 0.3)).toBe(942);
  });

  it('is smaller for pairs that go together, and with epochs', () => {
    expect(differenceVariance(a, b, 0, 1)).toBeCloseTo(0.41, 12);
    // numpy: (1, −1) @ covariance of the agents' sample means @ (1, −1), difference_variance(0.5, 1) and (0, 7)
    expect(differenceVariance(a, b, 0.5, 1)).toBeCloseTo(0.2758359213500126, 12);
    expect(differenceVariance(a, b, 0, 7)).toBeCloseTo(0.29, 12);
  });

  it('asks for the fewest epochs that find the effect', () => {
    const epochs = epochsNeeded(0.03, 2000, { a, b, correlation: 0.6 })!;
    const found = (count: number): number =>
      minimumDetectableEffect(2000, differenceVariance(a, b, 0.6, count));
    // scipy 1.10.1: optimize.brentq of the epochs at which the smallest effect is 0.03: 1.16
    expect(epochs).toBe(2);
    expect(found(epochs)).toBeLessThanOrEqual(0.03);
    expect(found(epochs - 1)).toBeGreaterThan(0.03);
    expect(epochsNeeded(0.5, 2000, { a, b, correlation: 0.6 })).toBe(1);
  });

  it('says when no number of epochs is enough', () => {
    expect(epochsNeeded(0.01, 2000, { a, b, correlation: 0.6 })).toBeNull();
  });

  it('asks for enough samples to show that a difference is within a margin', () => {
    // equivalence_n(effect, margin, variance) by optimize.brentq: 1867.99, 1395.36, 12558.21
    expect(equivalenceSamplesNeeded(0, 0.03, 0.16)).toBe(1868);
    expect(equivalenceSamplesNeeded(-0.01, 0.025, 0.04)).toBe(1396);
    expect(equivalenceSamplesNeeded(0.02, 0.03, 0.16)).toBe(12_559);
    expect(() => equivalenceSamplesNeeded(0.03, 0.03, 0.16)).toThrow('not within 0.03');
  });

  it('has bounds', () => {
    expect(samplesNeeded(0.5, 0)).toBe(2);
    expect(() => samplesNeeded(0, 0.3)).toThrow('difference of 0');
    expect(() => samplesNeeded(0.1, 0.3, { power: 1 })).toThrow('not between 0 and 1');
  });
});
