import type { Content, CustomTableLayout, StyleDictionary, TableCell } from 'pdfmake/interfaces.js';

export const COLOURS = {
  ink: '#1b2733',
  muted: '#66727f',
  faint: '#d9dfe5',
  wash: '#f3f6f9',
  accent: '#1f5f99',
  bounds: '#e3a857',
};

const CELL_PADDING = 3;

/** Width between the margins of an A4 page, in points. */
export const PAGE_WIDTH = 595.28 - 2 * 40;

export const STYLES: StyleDictionary = {
  eyebrow: { fontSize: 8, color: COLOURS.muted, characterSpacing: 1 },
  title: { fontSize: 21, bold: true, lineHeight: 1.05 },
  heading: { fontSize: 12, bold: true, margin: [0, 15, 0, 4] },
  head: { fontSize: 7.5, color: COLOURS.muted },
  small: { fontSize: 7.5, color: COLOURS.muted },
  note: { fontSize: 7.5, color: COLOURS.muted, lineHeight: 1.15 },
};

/** A line under the head and thin ones between rows; no vertical ones. */
export const ROWS: CustomTableLayout = {
  hLineWidth: (line) => (line === 0 ? 0 : line === 1 ? 0.8 : 0.4),
  hLineColor: (line) => (line === 1 ? COLOURS.muted : COLOURS.faint),
  vLineWidth: () => 0,
  paddingLeft: () => CELL_PADDING,
  paddingRight: () => CELL_PADDING,
  paddingTop: () => 3.5,
  paddingBottom: () => 3.5,
};

export const heading = (text: string): Content => ({ text, style: 'heading', headlineLevel: 1 });

export const right = (text: string): TableCell => ({ text, alignment: 'right', noWrap: true });

/** A head row: the first `left` cells to the left, as texts are, the others as `alignment` says. */
export const headRow = (
  labels: readonly string[],
  left: number,
  alignment: 'right' | 'center' = 'right',
): TableCell[] =>
  labels.map((text, i) => ({
    text,
    style: 'head',
    alignment: i < left ? 'left' : alignment,
    verticalAlignment: 'bottom',
  }));

/** Column widths that fill the page: the one that is `'rest'` takes what the others, padding and vertical lines leave. */
export function columnWidths(widths: readonly (number | 'rest')[], gap = 0): number[] {
  const taken = widths.reduce<number>((sum, width) => sum + (width === 'rest' ? 0 : width), 0);
  const rest = PAGE_WIDTH - taken - widths.length * 2 * CELL_PADDING - (widths.length + 1) * gap;
  return widths.map((width) => (width === 'rest' ? rest : width));
}
