import type { Report } from './trial-by-fault.js';

const HEADER = [
  'fault',
  'struck how',
  'trials',
  'rows',
  'dup',
  'calls',
  'retries',
  'cost ours/ledger',
  'unread',
  's to end',
  'verdict',
];
/** These are texts; the others are numbers and stand to the right. */
const LEFT = new Set(['fault', 'struck how', 'verdict']);

const usd = (cents: number): string => `$${(cents / 100).toFixed(2)}`;

function cells({ name, struck, trials, findings, endedAfterS, verdict }: Report): string[] {
  if (!findings) return [name, struck, String(trials), '', '', '', '', '', '', '', verdict];
  const { rows, duplicates, calls, retries, ourCents, ledgerCents, unread } = findings;
  const counts = [trials, rows, duplicates, calls, retries].map(String);
  const cost = `${usd(ourCents)}/${usd(ledgerCents)}`;
  return [name, struck, ...counts, cost, String(unread), endedAfterS.toFixed(1), verdict];
}

/** The table that docs/operations/chaos.md explains, then what went wrong. */
export function reportTable(reports: Report[]): string {
  const rows = [HEADER, ...reports.map(cells)];
  const widths = HEADER.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: string[]): string =>
    row
      .map((cell, i) =>
        LEFT.has(HEADER[i] ?? '') ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const problems = reports.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  return [...rows.map(line), '', ...problems].join('\n');
}
