import type { EntrySummary } from './entry-summary.js';
import type { ScoreEstimate } from './estimate.js';
import { intervalText, listed, percent, plural } from './wording.js';

/** An entry that has a score. */
export type ScoredEntry = EntrySummary & { score: number };

/**
 * Completed entries with a score, best first; equal ones in the order of the run. An entry that ended early is not
 * ranked: its score is of other samples than the others'.
 */
export function ranked(entries: readonly EntrySummary[]): ScoredEntry[] {
  return entries
    .filter((entry): entry is ScoredEntry => entry.status === 'completed' && entry.score !== null)
    .sort((a, b) => b.score - a.score);
}

/** The agent with the highest score; null where nothing is ranked or several share it. */
export function topPerformer(entries: readonly EntrySummary[]): string | null {
  const [first, second] = ranked(entries);
  return first && first.score !== second?.score ? first.agent : null;
}

/**
 * Whether `other` may be as good as `first`: the 95 % intervals, widened to the bounds that trials without a score
 * leave open, overlap. Cautious: intervals that overlap a little can still hide a real difference, which a paired
 * test would show; intervals apart are a difference at the 5 % level.
 */
export function mayEqual(first: ScoredEntry, other: ScoredEntry): boolean {
  return range(first).low <= range(other).high;
}

function range({ ciLow, ciHigh, scoreWorstCase, scoreBestCase }: EntrySummary): {
  low: number;
  high: number;
} {
  return {
    low: Math.min(ciLow ?? 0, scoreWorstCase ?? 0),
    high: Math.max(ciHigh ?? 1, scoreBestCase ?? 1),
  };
}

export const scoreText = (entry: ScoreEstimate & { score: number; reducer: string }): string =>
  `${percent(entry.score)} of ${plural(entry.n, entry.reducer === 'collect' ? 'trial' : 'sample')} (95 % interval ${intervalText(entry)})`;

/** Rivals that a sentence names; more are counted. */
const MAX_NAMED = 3;

/** Who leads, and whether the figures allow to say so. */
export function leaderSentence(entries: readonly EntrySummary[]): string {
  const [first, ...others] = ranked(entries);
  if (!first) return `0 of ${plural(entries.length, 'agent')} completed with a score.`;
  if (others.length === 0) return `${first.agent} scored ${scoreText(first)}; no other agent is ranked.`;
  const rivals = others.filter((other) => mayEqual(first, other));
  if (rivals.length === 0) {
    return `${first.agent} leads with ${scoreText(first)}: its interval lies above those of ${others.length === 1 ? 'the other agent' : `all ${others.length} other agents`}.`;
  }
  const named = rivals
    .slice(0, MAX_NAMED)
    .map((rival) => `${rival.agent} (${percent(rival.score)}, ${intervalText(rival)})`);
  const more = rivals.length - named.length;
  const names = listed(more > 0 ? [...named, plural(more, 'other')] : named);
  const open = [first, ...rivals].some(
    ({ scoreWorstCase, scoreBestCase }) => scoreWorstCase !== scoreBestCase,
  );
  const why = `the intervals overlap${open ? ' once trials without a score are allowed for' : ''}`;
  return `No clear leader: ${first.agent} has ${scoreText(first)}, and ${names} may be as good, since ${why}.`;
}
