import type { EntrySummary } from '#libs/analytics';
import { COLOURS } from './theme.js';

export const PLOT_WIDTH = 150;
const HEIGHT = 15;
/** Half of a point, so that one at 0 or 1 is whole. */
const EDGE = 3;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

const x = (share: number): string => (EDGE + share * (PLOT_WIDTH - 2 * EDGE)).toFixed(2);

const line = (from: number, to: number, width: number, colour: string): string =>
  `<line x1="${x(from)}" x2="${x(to)}" y1="7.5" y2="7.5" stroke="${colour}" stroke-width="${width}"/>`;

/**
 * The score as a point on 0 … 100 %, its 95 % interval as a bar, and behind it the bounds that trials without a score
 * leave, as SVG.
 */
export function intervalPlot({ score, ciLow, ciHigh, scoreWorstCase, scoreBestCase }: EntrySummary): string {
  const marks = TICKS.map(
    (tick) =>
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${HEIGHT}" stroke="${COLOURS.faint}" stroke-width="0.5"/>`,
  );
  if (scoreWorstCase !== null && scoreBestCase !== null && scoreWorstCase < scoreBestCase) {
    marks.push(line(scoreWorstCase, scoreBestCase, 1.2, COLOURS.bounds));
  }
  if (ciLow !== null && ciHigh !== null) marks.push(line(ciLow, ciHigh, 3.2, COLOURS.interval));
  if (score !== null) marks.push(`<circle cx="${x(score)}" cy="7.5" r="2.6" fill="${COLOURS.accent}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${PLOT_WIDTH}" height="${HEIGHT}" viewBox="0 0 ${PLOT_WIDTH} ${HEIGHT}">${marks.join('')}</svg>`;
}
