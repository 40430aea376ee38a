import type { Chart } from './render-chart.js';

/** The heat of a cell: a share in [0, 1]. */
export interface RichCell {
  text: string;
  /** Smaller, below the text. */
  details?: string[];
  strong?: boolean;
  /** A picture in place of the text, which then says the same in words. */
  svg?: string;
  heat?: number | null;
}
export type Cell = string | RichCell;

export interface Column {
  label: string;
  /** In points; one column takes the rest. */
  width: number | 'rest';
  align: 'left' | 'right' | 'center';
  /** Its cells name their rows. */
  names?: boolean;
}

export interface Table {
  kind: 'table';
  /** What it shows, for those who cannot see it. */
  label: string;
  columns: Column[];
  rows: Cell[][];
}

export type Block =
  | Table
  | { kind: 'text' | 'note'; text: string }
  | { kind: 'list'; items: string[] }
  /** Side by side where there is room. */
  | { kind: 'charts'; charts: Chart[] };

export interface Section {
  heading: string;
  blocks: Block[];
}

/** All that a report says, whatever it is drawn as. Texts are raw: each format escapes what it must. */
export interface ReportContent {
  title: string;
  subtitle: string;
  runId: string;
  /** Of the figures, not of the rendering: the same run gives the same bytes. */
  date: Date;
  facts: [label: string, value: string][];
  summary: string[];
  sections: Section[];
}
