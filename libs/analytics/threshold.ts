import type { ScoreEstimate } from './estimate.js';
import { decideGate } from './statistics/index.js';
import { intervalText, percent } from './wording.js';

export const THRESHOLD_RESULTS = ['passed', 'failed', 'inconclusive'] as const;

/** Whether a score reaches what its benchmark asks for, by the whole 95 % interval. */
export interface ThresholdDecision {
  /** In [0, 1]. */
  threshold: number;
  /** Inconclusive where the threshold lies within the interval, or there is none. */
  result: (typeof THRESHOLD_RESULTS)[number];
}

const RESULTS = { pass: 'passed', fail: 'failed', inconclusive: 'inconclusive' } as const;

/** Decided as a gate's limit on `score` is. */
export function decideThreshold({ ciLow, ciHigh }: ScoreEstimate, threshold: number): ThresholdDecision {
  const distance =
    ciLow === null || ciHigh === null ? null : { low: ciLow - threshold, high: ciHigh - threshold };
  return { threshold, result: RESULTS[decideGate(distance, 0, 'higher')] };
}

/** A sentence for people; none where the benchmark asks for nothing. */
export function thresholdSentences(
  agent: string,
  estimate: ScoreEstimate,
  decision: ThresholdDecision | null,
): string[] {
  if (!decision) return [];
  const { threshold, result } = decision;
  const wanted = `the ${percent(threshold)} that the benchmark asks for`;
  if (estimate.ciLow === null)
    return [`${agent}: without an interval it cannot be told whether it reaches ${wanted}.`];
  const range = `its interval is ${intervalText(estimate)}`;
  if (result === 'passed') return [`${agent} passed: ${range}, at or above ${wanted}.`];
  if (result === 'failed') return [`${agent} failed: ${range}, below ${wanted}.`];
  return [`${agent}: inconclusive, since ${range}, and ${wanted} lie within. More samples would narrow it.`];
}
