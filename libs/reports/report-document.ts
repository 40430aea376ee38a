import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import {
  analyse,
  leaderSentence,
  plural,
  ranked,
  summarizeRun,
  type Analysis,
  type EntrySummary,
} from '#libs/analytics';
import type { RunView } from '#libs/runs';
import { categoryHeatMap } from './category-heat-map.js';
import { leaderboard, type NumberedEntry } from './leaderboard.js';
import { measurements } from './measurements.js';
import { methodNotes } from './method-notes.js';
import { printable } from './printable.js';
import { COLOURS, heading, PAGE_WIDTH, STYLES } from './theme.js';

/** How far down a page, in points, a section may still begin. */
const LAST_HEADING = 700;

/** The report of one run as a pdfmake document. */
export function reportDocument(run: RunView): TDocumentDefinitions {
  const summaries = summarizeRun(run);
  const entries = numbered(run, summaries);
  const content: Content[] = [
    ...title(run),
    verdict(leaderSentence(summaries)),
    ...leaderboard(entries),
    ...measurements(entries),
    ...categoryHeatMap(entries),
    ...analysisTexts(analyse(run)),
  ];
  return {
    info: {
      title: `Benchmark report: ${run.benchmark.title}`,
      subject: `Run ${run.id}`,
      creator: 'AI Benchmark Service',
      // Not the time of rendering: the same run gives the same bytes.
      creationDate: run.completedAt ?? run.createdAt,
    },
    language: 'en',
    pageSize: 'A4',
    pageMargins: [40, 40, 40, 46],
    defaultStyle: { font: 'Roboto', fontSize: 9, color: COLOURS.ink },
    styles: STYLES,
    content: [...content, ...methodNotes(run, JSON.stringify(content).includes('\ufffd'))],
    footer: (page, pages) => ({
      columns: [`Run ${run.id}`, { text: `${page} of ${pages}`, alignment: 'right' }],
      style: 'small',
      margin: [40, 14, 40, 0],
    }),
    // No heading at the end of a page.
    pageBreakBefore: ({ headlineLevel, startPosition }) =>
      headlineLevel === 1 && startPosition.top > LAST_HEADING,
  };
}

function numbered(run: RunView, summaries: readonly EntrySummary[]): NumberedEntry[] {
  const best = ranked(summaries);
  const rest = summaries.filter(({ entryId }) => !best.some((entry) => entry.entryId === entryId));
  const models = new Map(run.entries.map(({ id, agent }) => [id, `${agent.adapter} · ${agent.model}`]));
  return [...best, ...rest].map((entry, i) => ({
    ...entry,
    number: i + 1,
    model: models.get(entry.entryId) ?? '',
  }));
}

function title(run: RunView): Content[] {
  const { benchmark } = run;
  const facts: [string, string][] = [
    ['Run', run.id],
    ['Status', printable(run.error === null ? run.status : `${run.status}: ${run.error}`)],
    ['Benchmark', `${printable(benchmark.name)}, version ${benchmark.version}`],
    ['Content hash', benchmark.contentHash],
    ['Created', time(run.createdAt)],
    ['Started', time(run.startedAt)],
    ['Finished', time(run.completedAt)],
    ['Settings', settings(run)],
  ];
  return [
    { text: 'BENCHMARK REPORT', style: 'eyebrow' },
    { text: printable(benchmark.title), style: 'title', margin: [0, 3, 0, 2] },
    {
      text: `${plural(run.entries.length, 'agent')} · ${plural(run.sampleCount, 'sample')} · ${plural(run.config.epochs, 'epoch')}`,
      color: COLOURS.muted,
      fontSize: 10,
      margin: [0, 0, 0, 12],
    },
    {
      table: {
        widths: [62, '*'],
        body: facts.map(([label, value]) => [{ text: label, color: COLOURS.muted }, value]),
      },
      layout: { defaultBorder: false, paddingLeft: () => 0, paddingTop: () => 1, paddingBottom: () => 1 },
      fontSize: 8.5,
    },
  ];
}

const time = (date: Date | null): string =>
  date ? `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC` : '–';

const settings = ({ config }: RunView): string =>
  printable(
    Object.entries(config)
      .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
      .join(' · '),
  );

const verdict = (sentence: string): Content => ({
  table: {
    widths: [PAGE_WIDTH - 24],
    body: [[{ text: printable(sentence), fontSize: 10, lineHeight: 1.15 }]],
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
});

/** The first insight is the verdict on the first page. */
const analysisTexts = ({ performance_insights, recommendations }: Analysis): Content[] => [
  ...sentences('What the figures show', performance_insights.slice(1)),
  ...sentences('What to do next', recommendations),
];

const sentences = (label: string, texts: readonly string[]): Content[] =>
  texts.length === 0
    ? []
    : [
        heading(label),
        { ul: texts.map((text) => ({ text: printable(text), margin: [0, 0, 0, 3] })), lineHeight: 1.15 },
      ];
