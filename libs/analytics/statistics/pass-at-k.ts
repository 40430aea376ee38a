import { allAmong } from '#libs/scoring';
import type { Interval } from './interval.js';
import { scoreInterval, type ScoreSummary } from './score-interval.js';

/** The trials of one sample and how many of them were right. */
export interface PassCount {
  trials: number;
  passed: number;
  /** How many samples are so; 1 unless said. */
  samples?: number;
}

interface PassEstimate {
  value: number;
  interval: Interval | null;
}

export interface PassAtK {
  k: number;
  /** Samples with at least k trials; the others do not count. */
  samples: number;
  /** pass@k: the chance that at least one of k trials is right. */
  any: PassEstimate;
  /** pass^k: the chance that all of k trials are right. */
  all: PassEstimate;
}

/**
 * pass@k = mean of 1 − C(n − c, k) / C(n, k): Chen et al. 2021, "Evaluating Large Language Models Trained on Code"; and
 * pass^k = mean of C(c, k) / C(n, k): Yao et al. 2024, "τ-bench". Both are unbiased, where 1 − (1 − c/n)^k and (c/n)^k are
 * not. For each k from 1 to the most trials that any sample has; the mean is over the samples that have k, with
 * Student's interval over them clipped to [0, 1] (Wilson's where each sample gives 0 or 1).
 * @returns an empty list when there are no trials
 * @throws RangeError unless 0 ≤ passed ≤ trials
 */
export function passAtK(counts: readonly PassCount[], confidence = 0.95): PassAtK[] {
  for (const { passed, trials } of counts) {
    if (!(passed >= 0 && passed <= trials)) {
      throw new RangeError(`${passed} right trials of ${trials} cannot be; count each trial once.`);
    }
  }
  const most = counts.reduce((max, { trials }) => Math.max(max, trials), 0);
  return Array.from({ length: most }, (_, i) => {
    const k = i + 1;
    const enough = counts.filter(({ trials }) => trials >= k);
    const estimate = (valueOf: (count: PassCount) => number): PassEstimate => {
      const moments = weightedMoments(enough.map((count) => [valueOf(count), count.samples ?? 1]));
      return { value: moments.mean, interval: scoreInterval(moments, confidence) };
    };
    return {
      k,
      samples: enough.reduce((sum, { samples = 1 }) => sum + samples, 0),
      any: estimate(({ trials, passed }) => 1 - allAmong(trials - passed, trials, k)),
      all: estimate(({ trials, passed }) => allAmong(passed, trials, k)),
    };
  });
}

function weightedMoments(values: readonly (readonly [value: number, weight: number])[]): ScoreSummary {
  const sum = (of: (value: number) => number): number =>
    values.reduce((total, [value, weight]) => total + weight * of(value), 0);
  const n = sum(() => 1);
  const mean = sum((value) => value) / n;
  const variance = sum((value) => (value - mean) ** 2) / (n - 1);
  return { n, mean, variance, allBinary: values.every(([value]) => value === 0 || value === 1) };
}
