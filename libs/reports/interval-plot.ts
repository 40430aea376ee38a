import type { CanvasElement, Content, TableCell } from 'pdfmake/interfaces.js';
import type { EntrySummary } from '#libs/analytics';
import { COLOURS } from './theme.js';

export const PLOT_WIDTH = 150;
const HEIGHT = 15;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

const x = (share: number): number => share * PLOT_WIDTH;

const line = (from: number, to: number, lineWidth: number, lineColor: string): CanvasElement => ({
  type: 'line',
  x1: x(from),
  x2: x(to),
  y1: HEIGHT / 2,
  y2: HEIGHT / 2,
  lineWidth,
  lineColor,
});

/** The score as a point on 0 … 100 %, its 95 % interval as a bar, and behind it the bounds that trials without a score leave. */
export function intervalPlot({ score, ciLow, ciHigh, scoreWorstCase, scoreBestCase }: EntrySummary): Content {
  const canvas: CanvasElement[] = TICKS.map((tick) => ({
    type: 'line',
    x1: x(tick),
    x2: x(tick),
    y1: 0,
    y2: HEIGHT,
    lineWidth: 0.4,
    lineColor: COLOURS.faint,
  }));
  if (scoreWorstCase !== null && scoreBestCase !== null && scoreWorstCase < scoreBestCase) {
    canvas.push(line(scoreWorstCase, scoreBestCase, 1.2, COLOURS.bounds));
  }
  if (ciLow !== null && ciHigh !== null) canvas.push(line(ciLow, ciHigh, 3.2, '#9dbfdd'));
  if (score !== null) {
    canvas.push({ type: 'ellipse', x: x(score), y: HEIGHT / 2, r1: 2.6, r2: 2.6, color: COLOURS.accent });
  }
  return { canvas };
}

/** The axis for the head of the plots' column. */
export const plotAxis = (): TableCell => ({
  verticalAlignment: 'bottom',
  columns: [
    { text: '0', style: 'head' },
    { text: '50', style: 'head', alignment: 'center' },
    { text: '100 %', style: 'head', alignment: 'right' },
  ],
});
