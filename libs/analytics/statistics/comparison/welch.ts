import type { Moments } from '../moments.js';
import { tTest, type TestedEstimate } from '../t-test.js';

export interface UnpairedComparison extends TestedEstimate {
  degreesOfFreedom: number | null;
}

/**
 * Difference of the means of two independent groups with unequal variances; Welch 1947, "The Generalization of 'Student's'
 * Problem when Several Different Population Variances are Involved", Biometrika 34, degrees of freedom by Satterthwaite.
 * For entries that share samples a paired comparison says more.
 * @returns null unless both groups have a value; no error, p-value and interval where one has a single value, or where
 * neither varies
 */
export function compareUnpaired(
  candidate: Moments,
  baseline: Moments,
  confidence = 0.95,
): UnpairedComparison | null {
  if (candidate.n === 0 || baseline.n === 0) return null;
  const a = candidate.variance / candidate.n;
  const b = baseline.variance / baseline.n;
  const degrees = (a + b) ** 2 / (a ** 2 / (candidate.n - 1) + b ** 2 / (baseline.n - 1));
  const delta = candidate.mean - baseline.mean;
  return {
    degreesOfFreedom: Number.isNaN(degrees) ? null : degrees,
    ...tTest(delta, Math.sqrt(a + b), degrees, confidence),
  };
}
