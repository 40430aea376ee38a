import type { RunView } from '#libs/runs';
import type { Deductions } from './deduce.js';
import { deductionAdvice } from './deduction-advice.js';
import { summarizeRun, type EntrySummary } from './entry-summary.js';
import { apart } from './estimate.js';
import { leaderSentence, mayEqual, ranked, scoreText, type ScoredEntry } from './leader.js';
import { observations } from './short-results.js';
import { count, intervalText, percent, plural, points, seconds, times, usd } from './wording.js';

/** `GET /api/benchmark/:run_id/analysis`. */
export interface Analysis {
  performance_insights: string[];
  recommendations: string[];
}

/** Half-width of a 95 % interval that a single agent's score is wanted at. */
const WANTED_HALF_WIDTH = 0.05;
/** Where even the lower end of every agent's interval is above it, a benchmark tells agents apart no longer. */
const SATURATED = 0.95;

/**
 * The same run gives the same sentences, and each holds the numbers that it follows from.
 * @param deductions null where single results are not to be had
 */
export function analyse(run: RunView, deductions: Deductions | null): Analysis {
  const entries = summarizeRun(run);
  const best = ranked(entries);
  return {
    performance_insights: [
      leaderSentence(entries),
      ...entries.flatMap(observations),
      ...best.flatMap(categoryInsight),
      ...extremes(best, 'Median latency', (entry) => entry.latency?.p50 ?? null, seconds),
      ...extremes(best, 'Cost per correct answer', (entry) => entry.costPerCorrect, usd),
      ...extremes(best, 'Tokens per answer', (entry) => entry.tokensPerTrial, count),
      ...extremes(
        best,
        `Consistency over ${run.config.epochs} epochs`,
        (entry) => entry.consistency,
        percent,
      ),
    ],
    recommendations: [
      ...entries.flatMap(errorAdvice),
      ...sampleAdvice(best),
      ...best.slice(1).flatMap((entry) => cheaperAdvice(best[0]!, entry)),
      ...best.flatMap(weakCategoryAdvice),
      ...saturationAdvice(best),
      ...(deductions ? deductionAdvice(deductions) : []),
      ...epochAdvice(run, best),
    ],
  };
}

type CategoryScore = EntrySummary['perCategory'][number] & { score: number; reducer: string };

/** Weakest first. */
const scoredCategories = ({ perCategory, reducer }: EntrySummary): CategoryScore[] =>
  perCategory
    .flatMap((category) => (category.score === null ? [] : [{ ...category, score: category.score, reducer }]))
    .sort((a, b) => a.score - b.score);

function categoryInsight(entry: ScoredEntry): string[] {
  const categories = scoredCategories(entry);
  const weakest = categories[0];
  const strongest = categories.at(-1);
  if (!weakest || !strongest || weakest.score === strongest.score) return [];
  const verdict = apart(weakest, strongest)
    ? 'the intervals do not overlap'
    : 'the intervals overlap, so that no difference is shown';
  return [
    `${entry.agent} is strongest in ${strongest.category}, ${scoreText(strongest)}, and weakest in ${weakest.category}, ${scoreText(weakest)}; ${verdict}.`,
  ];
}

/** The lowest and the highest of a figure over the agents that have it; nothing where all are 0, as free agents' costs. */
function extremes(
  entries: readonly ScoredEntry[],
  what: string,
  valueOf: (entry: EntrySummary) => number | null,
  format: (value: number) => string,
): string[] {
  const known = entries
    .map((entry) => ({ agent: entry.agent, value: valueOf(entry) }))
    .filter((figure): figure is { agent: string; value: number } => figure.value !== null)
    .sort((a, b) => a.value - b.value);
  const low = known[0];
  const high = known.at(-1);
  if (!low || !high || high.value === 0) return [];
  if (low.value === high.value) {
    return [
      `${what}: ${format(low.value)} for ${known.length === 1 ? low.agent : `all ${known.length} agents`}.`,
    ];
  }
  const ratio = low.value > 0 ? ` (${times(high.value / low.value)})` : '';
  return [
    `${what}: the lowest is ${format(low.value)}, of ${low.agent}, the highest ${format(high.value)}, of ${high.agent}${ratio}.`,
  ];
}

function errorAdvice({ agent, trials, outcomes }: EntrySummary): string[] {
  const errors = outcomes.agentErrors + outcomes.infraErrors;
  if (errors === 0) return [];
  return [
    `Read the errors of ${agent} before relying on its score: ${count(errors)} of ${plural(trials, 'trial')} (${percent(errors / trials)}).`,
  ];
}

/** Intervals shrink with 1/√n, so that n × (width now ÷ width wanted)² samples are needed if the scores stay. */
function sampleAdvice([first, second]: readonly ScoredEntry[]): string[] {
  if (!first || first.ciLow === null || first.ciHigh === null) return [];
  if (!second) {
    const halfWidth = (first.ciHigh - first.ciLow) / 2;
    if (halfWidth <= WANTED_HALF_WIDTH) return [];
    const needed = Math.ceil(first.n * (halfWidth / WANTED_HALF_WIDTH) ** 2);
    return [
      `The score of ${first.agent} is known to about ±${points(halfWidth)} from ${plural(first.n, 'sample')}; about ${plural(needed, 'sample')} would bring that to ±${points(WANTED_HALF_WIDTH)}.`,
    ];
  }
  const gap = first.score - second.score;
  if (gap === 0 || second.ciHigh === null || first.ciLow > second.ciHigh) return [];
  const overlap = first.score - first.ciLow + second.ciHigh - second.score;
  const needed = Math.ceil(Math.min(first.n, second.n) * (overlap / gap) ** 2);
  return [
    `${first.agent} and ${second.agent} are ${points(gap)} apart with overlapping intervals at ${plural(Math.min(first.n, second.n), 'sample')}; if their scores stay, the intervals would part at about ${plural(needed, 'sample')}.`,
  ];
}

/** An agent that may be as good as the first, for less. */
function cheaperAdvice(first: ScoredEntry, other: ScoredEntry): string[] {
  if (first.costPerCorrect === null || other.costPerCorrect === null || !mayEqual(first, other)) return [];
  if (other.costPerCorrect >= first.costPerCorrect) return [];
  return [
    `Consider ${other.agent} instead of ${first.agent}: ${usd(other.costPerCorrect)} against ${usd(first.costPerCorrect)} per correct answer, and no difference is shown between ${percent(other.score)} (${intervalText(other)}) and ${percent(first.score)} (${intervalText(first)}).`,
  ];
}

function weakCategoryAdvice(entry: ScoredEntry): string[] {
  return scoredCategories(entry)
    .filter((category) => apart(category, entry))
    .map(
      (category) =>
        `Read the failures of ${entry.agent} in ${category.category}: ${scoreText(category)}, below its overall ${percent(entry.score)} (${intervalText(entry)}).`,
    );
}

function saturationAdvice(best: readonly ScoredEntry[]): string[] {
  const lowest = Math.min(...best.map(({ ciLow }) => ciLow ?? 0));
  if (best.length === 0 || lowest < SATURATED) return [];
  return [
    `Use harder samples to tell agents apart: the lowest end of ${best.length === 1 ? 'the interval' : `all ${best.length} intervals`} is ${percent(lowest)}.`,
  ];
}

function epochAdvice({ config }: RunView, best: readonly ScoredEntry[]): string[] {
  if (best.length === 0 || config.epochs > 1) return [];
  return ['Repeat with "epochs" of 3 or more to see how consistent the answers are: 1 epoch cannot show it.'];
}
