import type { ScoreEstimate } from './estimate.js';

/** A score as the short API says it: 0 … 100, with its 95 % interval; null where it is undefined. */
export interface Accuracy {
  n: number;
  accuracy: number | null;
  ci_low: number | null;
  ci_high: number | null;
}

export const toAccuracy = ({ n, score, ciLow, ciHigh }: ScoreEstimate): Accuracy => ({
  n,
  accuracy: scaled(score, 100),
  ci_low: scaled(ciLow, 100),
  ci_high: scaled(ciHigh, 100),
});

export const scaled = (value: number | null | undefined, factor: number): number | null =>
  value === null || value === undefined ? null : value * factor;
