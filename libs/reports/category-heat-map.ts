import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { count, type ScoreEstimate } from '#libs/analytics';
import type { NumberedEntry } from './leaderboard.js';
import { printable } from './printable.js';
import { COLOURS, columnWidths, heading, headRow, ROWS } from './theme.js';

/** Agents side by side; more go into a further table. */
const MAX_COLUMNS = 8;
/** Up to so many have room for their names; more are headed by their numbers. */
const MAX_NAMED = 4;
/** White between cells, in points. */
const GAP = 1.5;

/** Categories × agents, in the benchmark's order; empty where the benchmark has no categories. */
export function categoryHeatMap(entries: readonly NumberedEntry[]): Content[] {
  const scored = entries.filter(({ perCategory }) => perCategory.length > 0);
  const categories = [
    ...new Set(scored.flatMap(({ perCategory }) => perCategory.map(({ category }) => category))),
  ];
  if (categories.length === 0) return [];
  const blocks = Array.from({ length: Math.ceil(scored.length / MAX_COLUMNS) }, (_, i) =>
    scored.slice(i * MAX_COLUMNS, (i + 1) * MAX_COLUMNS),
  );
  return [
    heading('Score by category'),
    ...blocks.map((block) => heatTable(block, categories, scored.length <= MAX_NAMED)),
    { text: 'In each cell: score in %, its 95 % interval, and n, the samples it is of.', style: 'note' },
  ];
}

function heatTable(
  entries: readonly NumberedEntry[],
  categories: readonly string[],
  named: boolean,
): Content {
  const labels = entries.map(({ number, agent }) => `#${number}${named ? ` ${printable(agent)}` : ''}`);
  return {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      keepWithHeaderRows: 1,
      widths: columnWidths(['rest', ...entries.map(() => (named ? 84 : 42))], GAP),
      body: [
        headRow(['Category', ...labels], 1, 'center'),
        ...categories.map((category): TableCell[] => [
          { text: printable(category), verticalAlignment: 'middle' },
          ...entries.map(({ perCategory }) =>
            heatCell(perCategory.find((group) => group.category === category)),
          ),
        ]),
      ],
    },
    layout: {
      ...ROWS,
      hLineWidth: () => GAP,
      vLineWidth: () => GAP,
      hLineColor: '#ffffff',
      vLineColor: '#ffffff',
      paddingTop: () => 2,
      paddingBottom: () => 2,
    },
    margin: [0, 0, 0, 6],
  };
}

function heatCell(estimate: ScoreEstimate | undefined): TableCell {
  if (!estimate || estimate.score === null)
    return { text: '–', alignment: 'center', verticalAlignment: 'middle', fillColor: COLOURS.wash };
  const { n, score, ciLow, ciHigh } = estimate;
  const bounds = ciLow === null || ciHigh === null ? '' : `${hundredths(ciLow)}–${hundredths(ciHigh)}`;
  return {
    stack: [
      { text: (score * 100).toFixed(1), bold: true },
      { text: bounds, fontSize: 6.5 },
      { text: `n ${count(n)}`, fontSize: 6.5 },
    ],
    alignment: 'center',
    fillColor: heat(score),
    color: score > 0.65 ? '#ffffff' : COLOURS.ink,
  };
}

const hundredths = (share: number): string => (share * 100).toFixed(0);

/** White-blue at 0 to deep blue at 1: one hue, so that it reads in grey and to the colour-blind. */
function heat(share: number): string {
  const [from, to] = [
    [236, 243, 250],
    [22, 78, 130],
  ] as const;
  return `#${from
    .map((start, i) =>
      Math.round(start + (to[i]! - start) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
