import type { GroupStatistics } from '#libs/results';
import { toAccuracy, type Accuracy } from './accuracy.js';
import type { EntrySummary } from './entry-summary.js';
import { apart, estimateGroup, type ScoreEstimate } from './estimate.js';
import { count, intervalText, percent, plural, points } from './wording.js';

/** `GET /api/benchmark/:run_id/deductions`: what only the single results show. */
export interface Deductions {
  patterns: Pattern[];
  correlations: Correlation[];
}

type Pattern = { description: string } & (
  | { kind: 'all_wrong' | 'all_right'; samples: number; of: number; sample_ids: string[] }
  | { kind: 'category_spread'; category: string; lowest: AgentAccuracy; highest: AgentAccuracy }
  /** Figures of single trials, not of samples. */
  | { kind: 'retried'; agent: string; first_try: Accuracy; retried: Accuracy }
);

type AgentAccuracy = Accuracy & { agent: string };

/** Pearson's r, of one agent's latency and score over its trials, or of two agents' scores over samples of both. */
interface Correlation {
  kind: 'latency_score' | 'agent_scores';
  agents: string[];
  description: string;
  r: number;
  n: number;
}

/** What the results of a run come to. Entries are named by id. */
export interface Findings {
  latency: { entry: string; r: number; n: number }[];
  pairs: { a: string; b: string; r: number; n: number }[];
  tries: (GroupStatistics & { entry: string; retried: boolean; mean: number })[];
  /** Samples on which all entries have the same score, 0 or 1. */
  agreed: { score: 0 | 1; samples: number; ids: string[] }[];
  /** Samples for which all entries have a score. */
  shared: number;
}

export function deduce(entries: readonly EntrySummary[], findings: Findings): Deductions {
  const scored = entries.filter(({ outcomes }) => outcomes.scored > 0);
  return {
    patterns: [
      ...(scored.length > 1 ? agreement(scored.length, findings) : []),
      ...categorySpreads(scored),
      ...scored.flatMap((entry) => retries(entry, findings)),
    ],
    correlations: [...latencyCorrelations(scored, findings), ...scoreCorrelations(scored, findings)],
  };
}

function agreement(agents: number, { agreed, shared }: Findings): Pattern[] {
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
function categorySpreads(entries: readonly EntrySummary[]): Pattern[] {
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

function retries({ entryId, agent }: EntrySummary, { tries }: Findings): Pattern[] {
  const [first, again] = [false, true].map((retried) =>
    tries.find((group) => group.entry === entryId && group.retried === retried),
  );
  if (!first || !again) return [];
  const [firstTry, retried] = [estimateGroup(first), estimateGroup(again)];
  const verdict = again.mean < first.mean ? overlapText(retried, firstTry) : overlapText(firstTry, retried);
  return [
    {
      kind: 'retried',
      description: `${agent} was asked again in ${plural(again.n, 'trial')}, which scored ${percent(again.mean)} (${intervalText(retried)}), against ${percent(first.mean)} (${intervalText(firstTry)}) of ${plural(first.n, 'trial')} at the first try; ${verdict}.`,
      agent,
      first_try: toAccuracy(firstTry),
      retried: toAccuracy(retried),
    },
  ];
}

const overlapText = (lower: ScoreEstimate, higher: ScoreEstimate): string =>
  apart(lower, higher)
    ? 'the intervals do not overlap'
    : 'the intervals overlap, so that no difference is shown';

function latencyCorrelations(entries: readonly EntrySummary[], { latency }: Findings): Correlation[] {
  return entries.flatMap(({ entryId, agent }) => {
    const found = latency.find(({ entry }) => entry === entryId);
    if (!found) return [];
    const { n } = found;
    const r = clamped(found.r);
    return {
      kind: 'latency_score',
      agents: [agent],
      description: `Latency and score of ${agent} over ${plural(n, 'trial')}: r = ${r.toFixed(2)}.`,
      r,
      n,
    };
  });
}

function scoreCorrelations(entries: readonly EntrySummary[], { pairs }: Findings): Correlation[] {
  return entries.flatMap((one, i) =>
    entries.slice(i + 1).flatMap((other) => {
      const ids = [one.entryId, other.entryId];
      const found = pairs.find(({ a, b }) => ids.includes(a) && ids.includes(b));
      if (!found) return [];
      const { n } = found;
      const r = clamped(found.r);
      return {
        kind: 'agent_scores' as const,
        agents: [one.agent, other.agent],
        description: `Scores of ${one.agent} and ${other.agent} over ${plural(n, 'sample')}: r = ${r.toFixed(2)}.`,
        r,
        n,
      };
    }),
  );
}

/** corr() of Postgres can end a rounding error beyond 1. */
const clamped = (r: number): number => Math.min(1, Math.max(-1, r));
