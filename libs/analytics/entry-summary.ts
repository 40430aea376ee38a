import { costUsd, type AgentSpec } from '#libs/agents';
import type { Distribution } from '#libs/results';
import { AVERAGED, reducerName } from '#libs/scoring';
import {
  storedTrials,
  type EntryStatus,
  type EntryView,
  type Rollup,
  type RollupScore,
  type RunView,
} from '#libs/runs';
import { figuresOf, type EntryFigures } from './entry-figures.js';
import { estimate, estimateGroup, type ScoreEstimate } from './estimate.js';
import { decideThreshold, type ThresholdDecision } from './threshold.js';

/** Everything that is said about one entry, in one place. Latencies in milliseconds. */
export interface EntrySummary extends ScoreEstimate, EntryFigures {
  entryId: string;
  /** The agent's name; `name@version` where the run has two versions of it. */
  agent: string;
  status: EntryStatus;
  /** Why it failed. */
  error: string | null;
  /** Planned. */
  trials: number;
  /** Trials by outcome; `notRun` are those that an early end left out, or that are still to come. */
  outcomes: {
    scored: number;
    agentErrors: number;
    infraErrors: number;
    unscored: number;
    notRun: number;
  };
  /** What the epochs of a sample come to in the score: `mean`, `pass_at_3`. */
  reducer: string;
  /** By each reducer that the benchmark names; the first is the score itself. */
  perReducer: (ScoreEstimate & { reducer: string })[];
  /** Null where the benchmark asks for no score, and until the entry has completed. */
  threshold: ThresholdDecision | null;
  /** Samples answered correctly, where every sample is right or wrong; else null. */
  correct: number | null;
  /** What the score of all planned trials would be if those without a score counted 0; null before the entry ends. */
  scoreWorstCase: number | null;
  /** Likewise if they counted 1. */
  scoreBestCase: number | null;
  perCategory: (ScoreEstimate & { category: string })[];
  perScorer: (ScoreEstimate & { scorer: string })[];
  latency: Distribution | null;
  ttft: Distribution | null;
  /** Output tokens of an answer by the time it took; null where not known. */
  outputTokensPerS: Distribution | null;
  /** What like samples have in common; null where each is for itself. */
  clusterBy: string | null;
  /** Input and output tokens for each answered trial; null where none were reported. */
  tokensPerTrial: number | null;
  /** Null where the price of the agent's model is unknown. */
  costUsd: number | null;
  /** Cost of the whole entry ÷ credit earned (the scores of all trials together); null where nothing was earned. */
  costPerCorrect: number | null;
  /** Mean share of a sample's epochs that agree with its most common score; null with one epoch. */
  consistency: number | null;
}

/** The entries in the order of the run. */
export function summarizeRun(run: RunView): EntrySummary[] {
  const names = run.entries.map((entry) => entry.agent.name);
  return run.entries.map((entry) => ({
    ...summarizeEntry(entry, run.config.epochs),
    ...(names.indexOf(entry.agent.name) !== names.lastIndexOf(entry.agent.name) && {
      agent: `${entry.agent.name}@${entry.agentVersion}`,
    }),
  }));
}

/** @param epochs of the run: trials of each sample. */
export function summarizeEntry(entry: EntryView, epochs: number): EntrySummary {
  const { rollup, scored, agentErrors, infraErrors, unscored } = entry;
  const overall = rollup ? scoreOf(rollup) : NO_ESTIMATE;
  const { reducers, cluster_by, pass_threshold } = rollup?.reduction ?? AVERAGED;
  const reducer = reducerName(reducers[0]!);
  const tokens = entry.inputTokens + entry.outputTokens;
  const cost = knownCost(entry.agent, entry.costUsd);
  const credit = rollup?.figures?.credit ?? (overall.score ?? 0) * scored;
  return {
    ...overall,
    ...figuresOf(rollup?.figures, cost),
    entryId: entry.id,
    agent: entry.agent.name,
    status: entry.status,
    error: entry.error,
    trials: entry.trials,
    outcomes: { scored, agentErrors, infraErrors, unscored, notRun: entry.trials - storedTrials(entry) },
    reducer,
    perReducer: rollup
      ? [
          { reducer, ...overall },
          ...(rollup.figures?.per_reducer ?? []).map((group) => ({
            reducer: group.reducer,
            ...estimateGroup(group),
          })),
        ]
      : [],
    // An early end left samples out, so that its score is of others.
    threshold:
      pass_threshold === undefined || entry.status !== 'completed'
        ? null
        : decideThreshold(overall, pass_threshold),
    correct: rollup?.isBinary ? Math.round(rollup.n * (rollup.mean ?? 0)) : null,
    ...(rollup ? bounds(rollup, entry, epochs) : { scoreWorstCase: null, scoreBestCase: null }),
    perCategory: (rollup?.perCategory ?? []).map((group) => ({
      category: group.category,
      ...estimateGroup(group),
    })),
    perScorer: (rollup?.perScorer ?? []).map((group) => ({
      scorer: group.scorer,
      ...estimateGroup(group),
    })),
    latency: rollup?.latencyMs ?? null,
    ttft: rollup?.ttftMs ?? null,
    outputTokensPerS: rollup?.figures?.output_tokens_per_s ?? null,
    clusterBy: cluster_by ?? null,
    // Calls that failed may have used tokens where no trial got its answer.
    tokensPerTrial: tokens > 0 && scored + unscored > 0 ? tokens / (scored + unscored) : null,
    costUsd: cost,
    costPerCorrect: cost !== null && credit > 0 ? cost / credit : null,
    consistency: rollup?.consistency ?? null,
  };
}

/** The score of an entry that has ended. */
export const scoreOf = ({ figures, isBinary, ...statistics }: RollupScore): ScoreEstimate =>
  estimate({ ...statistics, clustered: figures?.clustered }, isBinary);

const NO_ESTIMATE: ScoreEstimate = { n: 0, score: null, ciLow: null, ciHigh: null };

/** The total, or null where the price list does not know the agent: a sum of unknown costs is 0, which reads as free. */
export const knownCost = (agent: AgentSpec, total: number): number | null =>
  costUsd(agent, { inputTokens: 1, outputTokens: 1 }) === null ? null : total;

/**
 * Bounds on the score of all planned trials. Of means: a sample with e of E epochs scored and mean m has a full mean between
 * m − (E − e)/E and m + (E − e)/E, and one without a score between 0 and 1. Exact with one epoch, and where each trial
 * counts. Of other reducers the rollup has the bounds of each sample that has a trial.
 */
function bounds(
  { n, mean, reduction, figures }: Rollup,
  { trials, scored }: EntryView,
  runEpochs: number,
): Pick<EntrySummary, 'scoreWorstCase' | 'scoreBestCase'> {
  const epochs = reduction?.reducers[0] === 'collect' ? 1 : runEpochs;
  const samples = trials / epochs;
  if (figures?.bounds) {
    const { samples: met, worst, best } = figures.bounds;
    return { scoreWorstCase: worst / samples, scoreBestCase: (best + samples - met) / samples };
  }
  const sum = n * (mean ?? 0);
  const open = n - scored / epochs;
  return {
    scoreWorstCase: Math.max(0, sum - open) / samples,
    scoreBestCase: Math.min(samples, sum + open + samples - n) / samples,
  };
}
