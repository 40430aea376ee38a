import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { count, intervalText, percent, type EntrySummary } from '#libs/analytics';
import { intervalPlot, plotAxis, PLOT_WIDTH } from './interval-plot.js';
import { columnWidths, headRow, heading, right, ROWS } from './theme.js';
import { printable } from './printable.js';

/** An entry with the number that stands for it in the whole report. */
export interface NumberedEntry extends EntrySummary {
  /** 1-based, best first; then those that are not ranked. */
  number: number;
  model: string;
}

export const orDash = (value: number | null, format: (value: number) => string): string =>
  value === null ? '–' : format(value);

export function leaderboard(entries: readonly NumberedEntry[]): Content[] {
  const [number, agent, score, interval, samples] = headRow(
    ['#', 'Agent', 'Score', '95 % interval', 'Correct of samples'],
    2,
  );
  return [
    heading('Leaderboard'),
    {
      table: {
        headerRows: 1,
        dontBreakRows: true,
        keepWithHeaderRows: 1,
        widths: columnWidths([14, 'rest', 38, 66, PLOT_WIDTH, 62]),
        body: [[number!, agent!, score!, interval!, plotAxis(), samples!], ...entries.map(row)],
      },
      layout: ROWS,
    },
    {
      text: 'Point: score. Bar: 95 % interval. Line: from worst to best case, where trials have no score.',
      style: 'note',
      margin: [0, 4, 0, 0],
    },
  ];
}

function row(entry: NumberedEntry): TableCell[] {
  const notRanked = entry.status === 'completed' ? '' : ` · ${entry.status}, not ranked`;
  return [
    String(entry.number),
    {
      stack: [
        { text: printable(entry.agent), bold: true },
        { text: printable(entry.model) + notRanked, style: 'small' },
      ],
    },
    { text: orDash(entry.score, percent), alignment: 'right', bold: true, noWrap: true },
    right(entry.score === null ? '–' : intervalText(entry)),
    intervalPlot(entry),
    right(entry.correct === null ? count(entry.n) : `${count(entry.correct)} of ${count(entry.n)}`),
  ];
}
