import { count, intervalText, percent, thresholdSentences } from '#libs/analytics';
import type { Cell, Section } from './content.js';
import { intervalPlot, PLOT_WIDTH } from './interval-plot.js';
import { orDash, type NumberedEntry } from './numbered-entry.js';

export const leaderboard = (entries: readonly NumberedEntry[]): Section => ({
  heading: 'Leaderboard',
  blocks: [
    {
      kind: 'table',
      label: 'Agents with score, interval and counts, best first',
      columns: [
        { label: '#', width: 14, align: 'left' },
        { label: 'Agent', width: 'rest', align: 'left', names: true },
        { label: 'Score', width: 38, align: 'right' },
        { label: '95 % interval', width: 66, align: 'right' },
        { label: '0 to 100 %', width: PLOT_WIDTH, align: 'center' },
        { label: 'Correct of samples', width: 62, align: 'right' },
      ],
      rows: entries.map(row),
    },
    {
      kind: 'note',
      text: 'Point: score. Bar: 95 % interval. Line: from worst to best case, where trials have no score.',
    },
  ],
});

function row(entry: NumberedEntry): Cell[] {
  const notRanked = entry.status === 'completed' ? '' : ` · ${entry.status}, not ranked`;
  const score = orDash(entry.score, percent);
  const interval = entry.score === null ? '–' : intervalText(entry);
  return [
    String(entry.number),
    { text: entry.agent, strong: true, details: [entry.model + notRanked] },
    { text: score, strong: true },
    interval,
    { text: `Score ${score}, 95 % interval ${interval}`, svg: intervalPlot(entry) },
    entry.correct === null ? count(entry.n) : `${count(entry.correct)} of ${count(entry.n)}`,
  ];
}

/** Where the benchmark asks for a score. */
export function passThreshold(entries: readonly NumberedEntry[]): Section[] {
  const items = entries.flatMap((entry) => thresholdSentences(entry.agent, entry, entry.threshold));
  return items.length === 0 ? [] : [{ heading: 'Pass threshold', blocks: [{ kind: 'list', items }] }];
}
