import type {
  Content,
  ContentTable,
  StyleDictionary,
  TableCell,
  TDocumentDefinitions,
} from 'pdfmake/interfaces.js';
import type { Block, Cell, Column, ReportContent, Table } from './content.js';
import { printable } from './printable.js';
import { renderChart, type Chart } from './render-chart.js';
import { COLOURS, heat, PAGE_WIDTH } from './theme.js';

const CELL_PADDING = 3;
const MARGIN = 40;
/** How far down a page, in points, a section may still begin. */
const LAST_HEADING = 690;
/** Of what does not break between pages where it fits on one. */
const TOGETHER = 3;
/** Rows of a heat map that fit on a page below their heading. */
const HEAT_ROWS = 20;

const STYLES: StyleDictionary = {
  eyebrow: { fontSize: 8, color: COLOURS.muted, characterSpacing: 1 },
  title: { fontSize: 21, bold: true, lineHeight: 1.05 },
  heading: { fontSize: 12, bold: true, margin: [0, 15, 0, 4] },
  small: { fontSize: 7.5, color: COLOURS.muted },
  note: { fontSize: 7.5, color: COLOURS.muted, lineHeight: 1.15, margin: [0, 4, 0, 0] },
};

const LACKING =
  'The font of this report lacks some characters of names and messages; they are drawn as \ufffd. The HTML report and the API give them in full.';

/** A report as a pdfmake document. */
export function pdfDocument(report: ReportContent): TDocumentDefinitions {
  const content: Content[] = [
    ...head(report),
    ...report.sections.flatMap(({ heading, blocks }): Content[] => {
      const [first, ...others] = blocks.flatMap(drawn);
      const title: Content = { text: heading, style: 'heading' };
      // pdfmake's unbreakable would lose what does not fit on a page.
      return blocks[0]?.kind === 'table' && isHeat(blocks[0])
        ? [{ stack: [title, first!], headlineLevel: TOGETHER }, ...others]
        : [
            { ...title, headlineLevel: blocks[0]?.kind === 'charts' ? 2 : 1 },
            ...(first ? [first] : []),
            ...others,
          ];
    }),
  ];
  const lacking = JSON.stringify(content).includes('\ufffd');
  return {
    info: {
      title: `Benchmark report: ${report.title}`,
      subject: `Run ${report.runId}`,
      creator: 'AI Benchmark Service',
      creationDate: report.date,
    },
    language: 'en',
    pageSize: 'A4',
    pageMargins: [MARGIN, MARGIN, MARGIN, 46],
    defaultStyle: { font: 'Roboto', fontSize: 9, color: COLOURS.ink },
    styles: STYLES,
    content: lacking ? [...content, { text: LACKING, style: 'note' }] : content,
    footer: (page, pages) => ({
      columns: [`Run ${report.runId}`, { text: `${page} of ${pages}`, alignment: 'right' }],
      style: 'small',
      margin: [40, 14, 40, 0],
    }),
    // No heading at the end of a page, and none before a chart that does not fit below it.
    pageBreakBefore: ({ headlineLevel, startPosition, pageNumbers }) =>
      headlineLevel === TOGETHER
        ? pageNumbers.length > 1 && startPosition.top > MARGIN
        : startPosition.top > LAST_HEADING - (headlineLevel === 2 ? 140 : 0) && (headlineLevel ?? 0) > 0,
  };
}

const head = ({ title, subtitle, facts, summary }: ReportContent): Content[] => [
  { text: 'BENCHMARK REPORT', style: 'eyebrow' },
  { text: printable(title), style: 'title', margin: [0, 3, 0, 2] },
  { text: printable(subtitle), color: COLOURS.muted, fontSize: 10, margin: [0, 0, 0, 12] },
  {
    table: {
      widths: [62, '*'],
      body: facts.map(([label, value]) => [{ text: label, color: COLOURS.muted }, printable(value)]),
    },
    layout: { defaultBorder: false, paddingLeft: () => 0, paddingTop: () => 1, paddingBottom: () => 1 },
    fontSize: 8.5,
  },
  {
    table: {
      widths: [PAGE_WIDTH - 24],
      body: [
        [
          {
            stack: summary.map((text, i) => ({ text: printable(text), margin: [0, i === 0 ? 0 : 5, 0, 0] })),
            fontSize: 10,
            lineHeight: 1.15,
          },
        ],
      ],
    },
    layout: {
      defaultBorder: false,
      fillColor: () => COLOURS.wash,
      paddingLeft: () => 12,
      paddingRight: () => 12,
      paddingTop: () => 9,
      paddingBottom: () => 7,
    },
    margin: [0, 14, 0, 0],
  },
];

function drawn(block: Block): Content[] {
  if (block.kind === 'table') return isHeat(block) ? heatMap(block) : [table(block)];
  if (block.kind === 'charts') return [{ columns: block.charts.map(picture), columnGap: 12 }];
  if (block.kind === 'list') {
    return [
      {
        ul: block.items.map((text) => ({ text: printable(text), margin: [0, 0, 0, 3] })),
        lineHeight: 1.15,
      },
    ];
  }
  return [
    {
      text: printable(block.text),
      style: block.kind === 'note' ? 'note' : undefined,
      margin: [0, 2, 0, 4],
    },
  ];
}

/** In as few parts of equal size as pages take, each with the names of its columns. */
function heatMap(block: Table): Content[] {
  const parts = Math.ceil(block.rows.length / HEAT_ROWS);
  const size = Math.ceil(block.rows.length / parts);
  return Array.from({ length: parts }, (_, part) => ({
    ...table({ ...block, rows: block.rows.slice(part * size, (part + 1) * size) }),
    headlineLevel: TOGETHER,
  }));
}

const picture = (chart: Chart): Content => ({
  stack: [
    { text: chart.title, bold: true, fontSize: 8, margin: [0, 2, 0, 2] },
    { svg: printable(renderChart(chart, 'chart')), width: chart.width },
  ],
  unbreakable: true,
});

const isHeat = ({ rows }: Table): boolean =>
  rows.some((row) => row.some((cell) => typeof cell !== 'string' && cell.heat !== undefined));

function table(block: Table): ContentTable {
  const { columns, rows } = block;
  const gap = isHeat(block) ? 1.5 : 0;
  return {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      keepWithHeaderRows: 1,
      widths: widths(columns, gap),
      body: [
        columns.map(({ label, align }): TableCell => ({
          text: printable(label),
          style: 'small',
          alignment: align,
          verticalAlignment: 'bottom',
        })),
        ...rows.map((row) => row.map((cell, i) => tableCell(cell, columns[i]!))),
      ],
    },
    layout: {
      hLineWidth: (line) => gap || (line === 0 ? 0 : line === 1 ? 0.8 : 0.4),
      hLineColor: (line) => (gap ? '#ffffff' : line === 1 ? COLOURS.muted : COLOURS.faint),
      vLineWidth: () => gap,
      vLineColor: '#ffffff',
      paddingLeft: () => CELL_PADDING,
      paddingRight: () => CELL_PADDING,
      paddingTop: () => (gap ? 2 : 3.5),
      paddingBottom: () => (gap ? 2 : 3.5),
    },
    fontSize: columns.length > 6 ? 8 : 9,
    margin: [0, 0, 0, 6],
  };
}

function tableCell(cell: Cell, { align, names }: Column): TableCell {
  if (typeof cell === 'string') {
    return {
      text: printable(cell),
      alignment: align,
      noWrap: align === 'right',
      verticalAlignment: 'middle',
    };
  }
  const { text, details = [], strong = false, svg, heat: share } = cell;
  if (svg) return { svg, verticalAlignment: 'middle' };
  const colours = share == null ? undefined : heat(share);
  return {
    stack: [
      { text: printable(text), bold: strong },
      ...details.map((detail) => ({
        text: printable(detail),
        fontSize: colours ? 6.5 : 7.5,
        color: colours?.ink ?? COLOURS.muted,
      })),
    ],
    alignment: names ? 'left' : align,
    verticalAlignment: 'middle',
    ...(share !== undefined && { fillColor: colours?.fill ?? COLOURS.wash, color: colours?.ink }),
  };
}

/** Column widths that fill the page: the one that is `'rest'` takes what the others, padding and vertical lines leave. */
function widths(columns: readonly Column[], gap: number): number[] {
  const taken = columns.reduce((sum, { width }) => sum + (width === 'rest' ? 0 : width), 0);
  const rest = PAGE_WIDTH - taken - columns.length * 2 * CELL_PADDING - (columns.length + 1) * gap;
  return columns.map(({ width }) => (width === 'rest' ? rest : width));
}
