import type { RunView } from '#libs/runs';
import { scaled } from './accuracy.js';
import { summarizeRun, type EntrySummary } from './entry-summary.js';
import { leaderSentence, scoreText, topPerformer } from './leader.js';
import { thresholdSentences, type ThresholdDecision } from './threshold.js';
import { count, listed, percent, plural } from './wording.js';

/** `GET /api/benchmark/results/:run_id`. Accuracies and their bounds are 0 … 100, latencies seconds. */
export interface ShortResults {
  run_id: string;
  /** The benchmark's name. */
  benchmark: string;
  agents: {
    /** The agent's name; `name@version` where the run has two versions of it. */
    id: string;
    metrics: ShortMetrics;
    /** Category → accuracy. */
    category_scores: Record<string, number>;
  }[];
  summary: {
    /** The highest accuracy among the agents that completed; null where several share it. */
    top_performer: string | null;
    critical_observations: string[];
  };
}

interface ShortMetrics {
  accuracy: number | null;
  accuracy_ci_low: number | null;
  accuracy_ci_high: number | null;
  /** With trials that have no score counted as wrong. */
  accuracy_worst_case: number | null;
  /** With trials that have no score counted as right. */
  accuracy_best_case: number | null;
  /** What the benchmark asks for, and whether the whole interval reaches it; null where it asks for nothing. */
  pass_threshold: number | null;
  threshold_result: ThresholdDecision['result'] | null;
  /** Samples that the accuracy is of. */
  n: number;
  /** Null unless every sample is right or wrong. */
  correct: number | null;
  trials: number;
  scored: number;
  agent_errors: number;
  infra_errors: number;
  unscored: number;
  latency_avg: number | null;
  latency_p50: number | null;
  latency_p95: number | null;
  ttft_avg: number | null;
  /** Input and output tokens for each answered trial. */
  tokens_avg: number | null;
  cost_usd: number | null;
  cost_per_correct_usd: number | null;
  /** 0 … 1; null with one epoch. */
  consistency: number | null;
}

export function toShortResults(run: RunView): ShortResults {
  const entries = summarizeRun(run);
  return {
    run_id: run.id,
    benchmark: run.benchmark.name,
    agents: entries.map((entry) => ({
      id: entry.agent,
      metrics: toMetrics(entry),
      category_scores: Object.fromEntries(
        entry.perCategory.flatMap(({ category, score }) => (score === null ? [] : [[category, 100 * score]])),
      ),
    })),
    summary: {
      top_performer: topPerformer(entries),
      critical_observations: [leaderSentence(entries), ...entries.flatMap(observations)],
    },
  };
}

function toMetrics(entry: EntrySummary): ShortMetrics {
  const { outcomes, latency, ttft } = entry;
  return {
    accuracy: scaled(entry.score, 100),
    accuracy_ci_low: scaled(entry.ciLow, 100),
    accuracy_ci_high: scaled(entry.ciHigh, 100),
    accuracy_worst_case: scaled(entry.scoreWorstCase, 100),
    accuracy_best_case: scaled(entry.scoreBestCase, 100),
    pass_threshold: scaled(entry.threshold?.threshold, 100),
    threshold_result: entry.threshold?.result ?? null,
    n: entry.n,
    correct: entry.correct,
    trials: entry.trials,
    scored: outcomes.scored,
    agent_errors: outcomes.agentErrors,
    infra_errors: outcomes.infraErrors,
    unscored: outcomes.unscored,
    latency_avg: scaled(latency?.mean, 1e-3),
    latency_p50: scaled(latency?.p50, 1e-3),
    latency_p95: scaled(latency?.p95, 1e-3),
    ttft_avg: scaled(ttft?.mean, 1e-3),
    tokens_avg: entry.tokensPerTrial,
    cost_usd: entry.costUsd,
    cost_per_correct_usd: entry.costPerCorrect,
    consistency: entry.consistency,
  };
}

/** What a reader must know of an entry before using its score: an early end, and trials without a score. */
export function observations(entry: EntrySummary): string[] {
  const { agent, trials, outcomes, scoreWorstCase, scoreBestCase } = entry;
  const sentences = thresholdSentences(agent, entry, entry.threshold);
  if (entry.status !== 'completed') {
    const how = {
      processing: 'is still running',
      paused: 'is paused',
      failed: 'failed',
      cancelled: 'was cancelled',
    }[entry.status];
    const score =
      entry.score === null ? 'no score' : `a score of ${scoreText({ ...entry, score: entry.score })}`;
    sentences.push(
      `${agent} ${how} with ${count(trials - outcomes.notRun)} of ${plural(trials, 'trial')} done and ${score}, and is not ranked${entry.error === null ? '.' : `: ${entry.error}`}`,
    );
  }
  const apart = [
    [outcomes.agentErrors, 'failed by the agent'],
    [outcomes.infraErrors, 'failed by provider or infrastructure'],
    [outcomes.unscored, 'answered but not scored'],
  ] as const;
  const parts = apart.filter(([n]) => n > 0).map(([n, what]) => `${count(n)} ${what}`);
  if (parts.length > 0 && scoreWorstCase !== null && scoreBestCase !== null) {
    sentences.push(
      `${agent}: of ${plural(trials, 'trial')}, ${listed(parts)}, counted apart. With ${plural(trials - outcomes.scored, 'trial')} without a score counted as wrong the score would be ${percent(scoreWorstCase)}, counted as right ${percent(scoreBestCase)}.`,
    );
  }
  return sentences;
}
