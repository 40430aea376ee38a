import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { count, percent, seconds, usd } from '#libs/analytics';
import { orDash, type NumberedEntry } from './leaderboard.js';
import { printable } from './printable.js';
import { columnWidths, headRow, heading, right, ROWS } from './theme.js';

type Column = [label: string, value: (entry: NumberedEntry) => string];

const OUTCOMES: Column[] = [
  ['Trials', ({ trials }) => count(trials)],
  ['Scored', ({ outcomes }) => count(outcomes.scored)],
  ['Agent errors', ({ outcomes }) => count(outcomes.agentErrors)],
  ['Infra errors', ({ outcomes }) => count(outcomes.infraErrors)],
  ['Unscored', ({ outcomes }) => count(outcomes.unscored)],
  ['Not run', ({ outcomes }) => count(outcomes.notRun)],
  ['Worst case', ({ scoreWorstCase }) => orDash(scoreWorstCase, percent)],
  ['Best case', ({ scoreBestCase }) => orDash(scoreBestCase, percent)],
];

const SPEED_AND_COST: Column[] = [
  ['Latency p50', ({ latency }) => orDash(latency?.p50 ?? null, seconds)],
  ['p95', ({ latency }) => orDash(latency?.p95 ?? null, seconds)],
  ['p99', ({ latency }) => orDash(latency?.p99 ?? null, seconds)],
  ['First token p50', ({ ttft }) => orDash(ttft?.p50 ?? null, seconds)],
  ['Tokens a trial', ({ tokensPerTrial }) => orDash(tokensPerTrial, count)],
  ['Cost', ({ costUsd }) => orDash(costUsd, usd)],
  ['Cost per correct', ({ costPerCorrect }) => orDash(costPerCorrect, usd)],
  ['Consistency', ({ consistency }) => orDash(consistency, percent)],
];

export const measurements = (entries: readonly NumberedEntry[]): Content[] => [
  heading('Trials by outcome'),
  table(OUTCOMES, entries),
  heading('Speed, tokens and cost'),
  table(SPEED_AND_COST, entries),
];

function table(columns: readonly Column[], entries: readonly NumberedEntry[]): Content {
  const labels = columns.map(([label]) => label);
  const rows = entries.map((entry): TableCell[] => [
    String(entry.number),
    printable(entry.agent),
    ...columns.map(([, value]) => right(value(entry))),
  ]);
  return {
    table: {
      headerRows: 1,
      dontBreakRows: true,
      keepWithHeaderRows: 1,
      widths: columnWidths([14, 'rest', ...columns.map(() => 42)]),
      body: [headRow(['#', 'Agent', ...labels], 2), ...rows],
    },
    layout: ROWS,
    fontSize: 8,
  };
}
