import { AppError } from '#libs/common';
import {
  differenceVariance,
  epochsNeeded,
  minimumDetectableEffect,
  momentsOf,
  pearson,
  samplesNeeded,
  varianceComponents,
  type VarianceComponents,
} from './statistics/index.js';

interface ScoreVariance {
  between: number;
  within: number;
}

/** How the scores of the two agents that are to be compared spread. */
export interface Spread {
  candidate: ScoreVariance;
  baseline: ScoreVariance;
  /** Of the agents' scores over samples. */
  correlation: number;
  /** Whether each side's variance within samples is known; if not, it is a part of that between them. */
  epochsKnown: boolean;
}

export interface PowerRequest {
  /** Planned samples and epochs, or the difference that is to be found, as a share; or both. */
  samples?: number;
  epochs: number;
  effect?: number;
  power: number;
  confidence: number;
  /** Of both agents together. */
  costPerTrialUsd: number | null;
}

export interface PowerPlan {
  /** Of the difference of both agents on one sample. */
  variance: number;
  minimumDetectableEffect: number | null;
  samplesNeeded: number | null;
  /** Null where no number of epochs is enough, and where their effect is not known. */
  epochsNeeded: number | null;
  /** Of the planned samples and epochs. */
  plannedCostUsd: number | null;
  /** Of the samples needed. */
  neededCostUsd: number | null;
}

/** What the planned samples can find, and what finding the wanted effect takes. */
export function planPower(spread: Spread, request: PowerRequest): PowerPlan {
  const { samples, epochs, effect, power, confidence, costPerTrialUsd } = request;
  const { candidate, baseline, correlation, epochsKnown } = spread;
  const options = { power, confidence };
  const variance = differenceVariance(candidate, baseline, correlation, epochs);
  const needed = effect === undefined ? null : samplesNeeded(effect, variance, options);
  const cost = (n: number | null | undefined): number | null =>
    n == null || costPerTrialUsd === null ? null : n * epochs * costPerTrialUsd;
  return {
    variance,
    minimumDetectableEffect:
      samples === undefined ? null : minimumDetectableEffect(samples, variance, options),
    samplesNeeded: needed,
    epochsNeeded:
      samples === undefined || effect === undefined || !epochsKnown
        ? null
        : epochsNeeded(effect, samples, { a: candidate, b: baseline, correlation }, options),
    plannedCostUsd: cost(samples),
    neededCostUsd: cost(needed),
  };
}

/** With the variance of the samples' means. */
type Components = VarianceComponents & { total: number };

/** By sample id, the scores of its scored trials. */
export type TrialScores = ReadonlyMap<string, readonly number[]>;

/**
 * The spread that one stored entry has, or two have. Of one entry, the other agent is taken to be like it.
 * @param correlation where there is one entry, and where two share no varying samples
 * @throws AppError `variance_unknown` for an entry of fewer than two scored samples
 */
export function spreadOf([candidate, baseline = candidate]: TrialScores[], correlation: number): Spread {
  const [a, b] = [candidate, baseline].map((scores) => varianceOf(scores ?? new Map()));
  const measured = candidate === baseline ? null : correlationOf(candidate!, baseline!);
  return {
    candidate: toVariance(a!),
    baseline: toVariance(b!),
    correlation: measured ?? correlation,
    epochsKnown: a!.within !== null && b!.within !== null,
  };
}

function varianceOf(scores: TrialScores): Components {
  const total = momentsOf([...scores.values()].map(meanOf)).variance;
  if (scores.size > 1) return { ...varianceComponents([...scores.values()]), total };
  throw AppError.conflict(
    'variance_unknown',
    `An entry with ${scores.size} scored samples shows no variance; take one with more, or give variance_between.`,
  );
}

const toVariance = ({ between, within, total }: Components): ScoreVariance =>
  between === null || within === null ? { between: total, within: 0 } : { between, within };

const meanOf = (scores: readonly number[]): number => momentsOf(scores).mean;

function correlationOf(candidate: TrialScores, baseline: TrialScores): number | null {
  const ids = [...candidate.keys()].filter((id) => baseline.has(id));
  return pearson(
    ids.map((id) => meanOf(candidate.get(id)!)),
    ids.map((id) => meanOf(baseline.get(id)!)),
  ).r;
}
