import stringWidth from 'string-width';
import type { Comparison, GateRule } from './api/types.js';
import { milliseconds, money, percent, points } from './terminal/format.js';
import { onOneLine } from './terminal/printable.js';
import { shorten } from './terminal/table.js';

/** A difference with its interval, turned so that right is better and 0 is "no difference", or exactly the limit. */
export interface ForestRow {
  label: string;
  /** In the metric's own unit. */
  value: string;
  point: number;
  low: number;
  high: number;
  /** The loss that is tolerated, at most 0; null where there is no such thing. */
  tolerated: number | null;
  /** From 0 to either edge of the plot. */
  scale: number;
}

type Metric = GateRule['metric'];

const IN_UNIT: Record<Metric, (value: number) => string> = {
  score: percent,
  error_rate: percent,
  cost_per_trial_usd: money,
  latency_p95_ms: milliseconds,
};

/** A row for each rule that has an interval, each on a scale of its own, since their units differ. */
export function rowsOfGate(rules: GateRule[]): ForestRow[] {
  return rules.flatMap((rule) => {
    const { metric, candidate, baseline, ci_low: ciLow, ci_high: ciHigh, limit } = rule;
    if (candidate === null || ciLow === null || ciHigh === null) return [];
    const sign = metric === 'score' ? 1 : -1;
    const [center, tolerance] =
      limit !== null ? [limit, null] : [0, -(rule.relative_tolerance ?? rule.tolerance ?? 0)];
    const point =
      limit !== null
        ? candidate
        : rule.relative_tolerance !== null
          ? candidate / (baseline ?? NaN) - 1
          : candidate - (baseline ?? NaN);
    const ends = [ciLow, ciHigh].map((end) => sign * (end - center));
    const row = {
      label: metric,
      value: valueOf(rule, point),
      point: sign * (point - center),
      low: Math.min(...ends),
      high: Math.max(...ends),
      tolerated: tolerance,
    };
    return [{ ...row, scale: scaleOf([row]) }];
  });
}

/** A row for each pair, all on one scale. */
export function rowsOfComparison({ pairs, entries, margin }: Comparison): ForestRow[] {
  const nameOf = (id: string): string => {
    const entry = entries.find((each) => each.id === id);
    return entry ? `${entry.agent}@${entry.agent_version}` : id;
  };
  const rows = pairs.flatMap(({ candidate, baseline, delta, ci_low: low, ci_high: high }) =>
    low === null || high === null
      ? []
      : [
          {
            label: `${nameOf(candidate)} − ${nameOf(baseline)}`,
            value: `${points(delta)} [${points(low)}, ${points(high)}] points`,
            point: delta,
            low,
            high,
            tolerated: -margin,
          },
        ],
  );
  const scale = scaleOf(rows);
  return rows.map((row) => ({ ...row, scale }));
}

function valueOf(
  { metric, limit, relative_tolerance: relative, ci_low: low, ci_high: high }: GateRule,
  point: number,
) {
  const isShare = metric === 'score' || metric === 'error_rate';
  const show =
    limit !== null
      ? IN_UNIT[metric]
      : relative !== null
        ? (value: number) => `${points(value)} %`
        : isShare
          ? points
          : (value: number) => `${value < 0 ? '−' : '+'}${IN_UNIT[metric](Math.abs(value))}`;
  const unit = isShare && limit === null && relative === null ? ' points' : '';
  return `${show(point)} [${show(low ?? NaN)}, ${show(high ?? NaN)}]${unit}`;
}

const scaleOf = (rows: Omit<ForestRow, 'scale'>[]): number =>
  1.1 *
  Math.max(1e-9, ...rows.flatMap(({ low, high, tolerated }) => [low, high, tolerated ?? 0].map(Math.abs)));

const CELLS = 41;

/** The plot in characters: ├──●──┤ the interval, │ no difference or the limit, ┊ the loss that is tolerated. */
export function forestText(rows: ForestRow[], width: number): string[] {
  const valueSize = Math.max(0, ...rows.map(({ value }) => stringWidth(value)));
  const longest = Math.max(0, ...rows.map(({ label }) => stringWidth(onOneLine(label))));
  const labelSize = Math.max(12, Math.min(longest, width - CELLS - valueSize - 4));
  return rows.map((row) => {
    const label = shorten(onOneLine(row.label), labelSize);
    const padding = ' '.repeat(Math.max(0, labelSize - stringWidth(label)));
    return `${label}${padding}  ${plotLine(row)}  ${row.value}`;
  });
}

function plotLine({ point, low, high, tolerated, scale }: ForestRow): string {
  const cell = (value: number): number => Math.round(((value / scale + 1) / 2) * (CELLS - 1));
  const line = Array.from({ length: CELLS }, () => ' ');
  line[cell(0)] = '│';
  if (tolerated !== null && cell(tolerated) !== cell(0)) line[cell(tolerated)] = '┊';
  for (let at = cell(low); at <= cell(high); at++) line[at] = line[at] === ' ' ? '─' : '┼';
  line[cell(low)] = '├';
  line[cell(high)] = '┤';
  line[cell(point)] = '●';
  return line.join('');
}

const SVG = { width: 900, row: 44, head: 56, labels: 250, plot: 360 };

/** The same as a picture, with no font, script or style from elsewhere. */
export function forestSvg(rows: ForestRow[], title: string): string {
  const height = SVG.head + rows.length * SVG.row + 34;
  const left = SVG.labels;
  const middle = left + SVG.plot / 2;
  const bottom = SVG.head + rows.length * SVG.row;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SVG.width}" height="${height}" viewBox="0 0 ${SVG.width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#1f2328" role="img">`,
    `<title>${xml(title)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="16" y="24" font-size="15" font-weight="600">${xml(title)}</text>`,
    `<line x1="${middle}" x2="${middle}" y1="${SVG.head - 8}" y2="${bottom}" stroke="#59636e"/>`,
    ...rows.map((row, index) => svgRow(row, SVG.head + index * SVG.row + SVG.row / 2)),
    `<text x="${left}" y="${bottom + 20}" fill="#59636e">← worse</text>`,
    `<text x="${left + SVG.plot}" y="${bottom + 20}" text-anchor="end" fill="#59636e">better →</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function svgRow({ label, value, point, low, high, tolerated, scale }: ForestRow, y: number): string {
  const x = (at: number): string => (SVG.labels + ((at / scale + 1) / 2) * SVG.plot).toFixed(1);
  return [
    `<text x="16" y="${y + 4}">${xml(shorten(onOneLine(label), 34))}</text>`,
    tolerated === null
      ? ''
      : `<line x1="${x(tolerated)}" x2="${x(tolerated)}" y1="${y - 16}" y2="${y + 16}" stroke="#cf222e" stroke-dasharray="4 3"/>`,
    `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}" stroke="#0969da" stroke-width="2"/>`,
    ...[low, high].map(
      (end) =>
        `<line x1="${x(end)}" x2="${x(end)}" y1="${y - 6}" y2="${y + 6}" stroke="#0969da" stroke-width="2"/>`,
    ),
    `<circle cx="${x(point)}" cy="${y}" r="5" fill="#0969da"/>`,
    `<text x="${SVG.labels + SVG.plot + 16}" y="${y + 4}">${xml(value)}</text>`,
  ].join('');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (text: string): string =>
  onOneLine(text).replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
