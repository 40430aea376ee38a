import { analyse, leaderSentence, plural, summarizeRun, type Deductions } from '#libs/analytics';
import type { RunView } from '#libs/runs';
import { bestPairSection, type BestPair } from './best-pair.js';
import { categoryHeatMap } from './category-heat-map.js';
import type { ReportContent, Section } from './content.js';
import { latencies } from './latency-chart.js';
import { leaderboard, passThreshold } from './leaderboard.js';
import { measurements, passAtKSection } from './measurements.js';
import { methodNotes } from './method-notes.js';
import { numberedEntries } from './numbered-entry.js';
import { pairs, reproduction } from './reproduction.js';
import { tradeOffs } from './trade-off-chart.js';

/**
 * What the report of a run says, in any format.
 * @param pair null where there are no two agents to compare
 * @param deductions null where single results are not to be had
 */
export function reportContent(
  run: RunView,
  pair: BestPair | null,
  deductions: Deductions | null,
): ReportContent {
  const { benchmark } = run;
  const entries = numberedEntries(run);
  const { performance_insights, recommendations } = analyse(run, deductions);
  return {
    title: benchmark.title,
    subtitle: `${plural(run.entries.length, 'agent')} · ${plural(run.sampleCount, 'sample')} · ${plural(run.config.epochs, 'epoch')}`,
    runId: run.id,
    date: run.completedAt ?? run.createdAt,
    facts: [
      ['Run', run.id],
      ['Status', run.error === null ? run.status : `${run.status}: ${run.error}`],
      ['Benchmark', `${benchmark.name}, version ${benchmark.version}`],
      ['Content hash', benchmark.contentHash],
      ['Created', time(run.createdAt)],
      ['Started', time(run.startedAt)],
      ['Finished', time(run.completedAt)],
      ['Settings', pairs(run.config)],
    ],
    summary: [leaderSentence(summarizeRun(run)), ...(pair ? [pair.text] : [])],
    sections: [
      leaderboard(entries),
      ...passThreshold(entries),
      ...bestPairSection(pair),
      ...tradeOffs(entries),
      ...latencies(entries),
      ...categoryHeatMap(entries),
      ...measurements(entries),
      ...passAtKSection(entries),
      // The first insight is in the summary.
      ...sentences('What the figures show', performance_insights.slice(1)),
      ...sentences('What to do next', recommendations),
      methodNotes(run),
      reproduction(run),
    ],
  };
}

const time = (date: Date | null): string =>
  date ? `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC` : '–';

const sentences = (heading: string, items: string[]): Section[] =>
  items.length === 0 ? [] : [{ heading, blocks: [{ kind: 'list', items }] }];
