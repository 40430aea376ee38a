import { count, type ScoreEstimate } from '#libs/analytics';
import type { Block, Cell, Section } from './content.js';
import type { NumberedEntry } from './numbered-entry.js';

/** Agents side by side; more go into a further table. */
const MAX_COLUMNS = 8;
/** Up to so many have room for their names; more are headed by their numbers. */
const MAX_NAMED = 4;
/** Rows and agents of a report, so that a benchmark of a thousand categories still gives a document to read. */
const MAX_CATEGORIES = 100;
const MAX_AGENTS = 24;

/** Categories × agents, in the benchmark's order; nothing where the benchmark has no categories. */
export function categoryHeatMap(entries: readonly NumberedEntry[]): Section[] {
  const all = entries.filter(({ perCategory }) => perCategory.length > 0);
  const categories = [
    ...new Set(all.flatMap(({ perCategory }) => perCategory.map(({ category }) => category))),
  ];
  if (categories.length === 0) return [];
  const scored = all.slice(0, MAX_AGENTS);
  const shown = categories.slice(0, MAX_CATEGORIES);
  const blocks = Array.from({ length: Math.ceil(scored.length / MAX_COLUMNS) }, (_, i) =>
    heatTable(scored.slice(i * MAX_COLUMNS, (i + 1) * MAX_COLUMNS), shown, scored.length <= MAX_NAMED),
  );
  const left = [
    ...(shown.length < categories.length ? [`categories after the first ${MAX_CATEGORIES}`] : []),
    ...(scored.length < all.length ? [`agents after the best ${MAX_AGENTS}`] : []),
  ];
  const note = 'In each cell: score in %, its 95 % interval, and n, the samples it is of.';
  const rest = left.length > 0 ? ` Not shown: ${left.join(', ')}; the API gives all.` : '';
  return [{ heading: 'Score by category', blocks: [...blocks, { kind: 'note', text: note + rest }] }];
}

function heatTable(entries: readonly NumberedEntry[], categories: readonly string[], named: boolean): Block {
  const columns = entries.map((entry) => ({
    label: `#${entry.number}${named ? ` ${entry.agent}` : ''}`,
    cells: new Map(entry.perCategory.map((group) => [group.category, heatCell(group)])),
  }));
  return {
    kind: 'table',
    label: 'Score by category and agent',
    columns: [
      { label: 'Category', width: 'rest', align: 'left', names: true },
      ...columns.map(({ label }) => ({ label, width: named ? 84 : 42, align: 'center' as const })),
    ],
    rows: categories.map((category) => [
      category,
      ...columns.map(({ cells }): Cell => cells.get(category) ?? NOTHING),
    ]),
  };
}

const NOTHING: Cell = { text: '–', heat: null };

function heatCell({ n, score, ciLow, ciHigh }: ScoreEstimate): Cell {
  if (score === null) return NOTHING;
  const bounds = ciLow === null || ciHigh === null ? '' : `${hundredths(ciLow)}–${hundredths(ciHigh)}`;
  return { text: (score * 100).toFixed(1), strong: true, details: [bounds, `n ${count(n)}`], heat: score };
}

const hundredths = (share: number): string => (share * 100).toFixed(0);
