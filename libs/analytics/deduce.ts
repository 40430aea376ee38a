import type { GroupStatistics } from '#libs/results';
import { toAccuracy, type Accuracy } from './accuracy.js';
import { correlations, type Correlation, type CorrelationFindings } from './deduce-correlations.js';
import { itemPatterns, type ItemBasis, type ItemFindings, type ItemPattern } from './deduce-items.js';
import { judgePatterns, type JudgeFinding, type JudgePattern } from './deduce-judges.js';
import type { EntrySummary } from './entry-summary.js';
import { apart, estimateGroup, type ScoreEstimate } from './estimate.js';
import { compareUnpaired, holm } from './statistics/index.js';
import { count, intervalText, percent, plural, points, pText, signed } from './wording.js';

/** `GET /api/benchmark/:run_id/deductions`: what only the single results show. */
export interface Deductions {
  patterns: Pattern[];
  correlations: Correlation[];
  /** Over what the patterns of samples are found; null where no entry has completed. */
  items: ItemBasis | null;
}

type Pattern = TrialPattern | ItemPattern | JudgePattern;

type TrialPattern = { description: string } & (
  | { kind: 'all_wrong' | 'all_right'; samples: number; of: number; sample_ids: string[] }
  | { kind: 'category_spread'; category: string; lowest: AgentAccuracy; highest: AgentAccuracy }
  /** Figures of single trials, not of samples. */
  | {
      kind: 'retried';
      agent: string;
      first_try: Accuracy;
      retried: Accuracy;
      /** Retried − first try; null with fewer than ten trials in a group, or where neither varies. */
      difference: TestedDifference | null;
    }
  /** Share of a sample's epochs with its most common answer, on average over samples. */
  | {
      kind: 'answer_consistency';
      agent: string;
      scorer: string;
      share: number;
      samples: number;
      trials: number;
    }
);

type AgentAccuracy = Accuracy & { agent: string };

/** In points of accuracy, with Welch's 95 % interval and p-value, and Holm's over the agents. */
interface TestedDifference {
  points: number;
  ci_low: number;
  ci_high: number;
  p_value: number;
  p_holm: number;
}

/** What the results of a run come to. Entries are named by id. */
export interface Findings extends CorrelationFindings {
  tries: (GroupStatistics & { entry: string; retried: boolean; mean: number })[];
  /** Samples on which all entries have the same score, 0 or 1. */
  agreed: { score: 0 | 1; samples: number; ids: string[] }[];
  /** Samples for which all entries have a score. */
  shared: number;
  /** Answers that a scorer read, of samples with several trials. */
  answers: { entry: string; scorer: string; share: number; samples: number; trials: number }[];
}

export function deduce(
  entries: readonly EntrySummary[],
  findings: Findings,
  items: ItemFindings | null,
  judges: readonly JudgeFinding[],
): Deductions {
  const scored = entries.filter(({ outcomes }) => outcomes.scored > 0);
  const ofItems = items && itemPatterns(items);
  return {
    patterns: [
      ...(scored.length > 1 ? agreement(scored.length, findings) : []),
      ...categorySpreads(scored),
      ...retries(scored, findings),
      ...scored.flatMap((entry) => answerConsistency(entry, findings)),
      ...(ofItems?.patterns ?? []),
      ...judgePatterns(judges),
    ],
    correlations: correlations(scored, findings),
    items: ofItems?.basis ?? null,
  };
}

function agreement(agents: number, { agreed, shared }: Findings): TrialPattern[] {
  return agreed.map(({ score, samples, ids }) => {
    const share = `${plural(samples, 'sample')} of the ${count(shared)} that all have a score for (${percent(samples / shared)})`;
    return {
      kind: score === 0 ? 'all_wrong' : 'all_right',
      description:
        score === 0
          ? `All ${agents} agents were wrong on ${share}: hard samples or wrong targets.`
          : `All ${agents} agents were right on ${share}: these tell no agents apart.`,
      samples,
      of: shared,
      sample_ids: ids,
    };
  });
}

/** For each category the two agents furthest apart; the widest spread first. */
function categorySpreads(entries: readonly EntrySummary[]): TrialPattern[] {
  const groups = entries.flatMap(({ agent, perCategory }) =>
    perCategory.flatMap((group) => (group.score === null ? [] : [{ ...group, agent, score: group.score }])),
  );
  return [...new Set(groups.map(({ category }) => category))]
    .flatMap((category) => {
      const sorted = groups.filter((group) => group.category === category).sort((a, b) => a.score - b.score);
      const [lowest, highest] = [sorted[0], sorted.at(-1)];
      return lowest && highest && lowest.score < highest.score ? [{ category, lowest, highest }] : [];
    })
    .sort((a, b) => b.highest.score - b.lowest.score - (a.highest.score - a.lowest.score))
    .map(({ category, lowest, highest }) => ({
      kind: 'category_spread',
      description: `In ${category} agents are up to ${points(highest.score - lowest.score)} apart: ${highest.agent} with ${percent(highest.score)} (${intervalText(highest)}) and ${lowest.agent} with ${percent(lowest.score)} (${intervalText(lowest)}); ${overlapText(lowest, highest)}.`,
      category,
      lowest: { agent: lowest.agent, ...toAccuracy(lowest) },
      highest: { agent: highest.agent, ...toAccuracy(highest) },
    }));
}

/** With fewer in a group, Welch's test of right and wrong is not to be trusted. */
const TRIALS_FOR_TEST = 10;

/** Trials that had to be asked again against first tries, by Welch's test: both groups may differ in their samples, too. */
function retries(entries: readonly EntrySummary[], { tries }: Findings): TrialPattern[] {
  const found = entries.flatMap(({ entryId, agent }) => {
    const [first, again] = [false, true].map((retried) =>
      tries.find((group) => group.entry === entryId && group.retried === retried),
    );
    if (!first || !again) return [];
    const enough = Math.min(first.n, again.n) >= TRIALS_FOR_TEST;
    return { agent, first, again, test: enough ? compareUnpaired(known(again), known(first)) : null };
  });
  const adjusted = holm(found.map(({ test }) => test?.pValue ?? null));
  return found.map(({ agent, first, again, test }, place) => {
    const [firstTry, retried] = [estimateGroup(first), estimateGroup(again)];
    const p = adjusted[place] ?? null;
    const difference =
      test?.interval && test.pValue !== null && p !== null
        ? {
            points: test.estimate * 100,
            ci_low: test.interval.low * 100,
            ci_high: test.interval.high * 100,
            p_value: test.pValue,
            p_holm: p,
          }
        : null;
    const verdict = difference
      ? `a difference of ${signed(difference.points / 100)} points (95 % interval ${signed(difference.ci_low / 100)} to ${signed(difference.ci_high / 100)}, ${pText(difference.p_holm)}): ${difference.p_holm < 0.05 ? 'asked again, it does not score the same' : 'none is shown'}`
      : again.mean < first.mean
        ? overlapText(retried, firstTry)
        : overlapText(firstTry, retried);
    return {
      kind: 'retried',
      description: `${agent} was asked again in ${plural(again.n, 'trial')}, which scored ${percent(again.mean)} (${intervalText(retried)}), against ${percent(first.mean)} (${intervalText(firstTry)}) of ${plural(first.n, 'trial')} at the first try; ${verdict}.`,
      agent,
      first_try: toAccuracy(firstTry),
      retried: toAccuracy(retried),
      difference,
    };
  });
}

/** As moments; a variance of one trial is not known. */
const known = ({ n, mean, variance }: Findings['tries'][number]) => ({ n, mean, variance: variance ?? NaN });

function answerConsistency({ entryId, agent }: EntrySummary, { answers }: Findings): TrialPattern[] {
  return answers
    .filter(({ entry }) => entry === entryId)
    .map(({ scorer, share, samples, trials }) => ({
      kind: 'answer_consistency',
      description: `${percent(share)} of the answers of ${agent} that ${scorer} read are the most common one of their sample, on average over ${plural(samples, 'sample')} with ${plural(trials, 'trial')}.`,
      agent,
      scorer,
      share,
      samples,
      trials,
    }));
}

const overlapText = (lower: ScoreEstimate, higher: ScoreEstimate): string =>
  apart(lower, higher)
    ? 'the intervals do not overlap'
    : 'the intervals overlap, so that no difference is shown';
