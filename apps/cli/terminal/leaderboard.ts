import type { Entry } from '../api/types.js';
import { count, milliseconds, money, NONE, percent } from './format.js';
import { renderTable, type Column } from './table.js';

/** Best first; entries without a score last. */
export function renderLeaderboard(entries: Entry[], width: number): string[] {
  const ranked = [...entries].sort((a, b) => (b.summary?.score ?? -1) - (a.summary?.score ?? -1));
  return renderTable(ranked, COLUMNS, width);
}

const COLUMNS: Column<Entry>[] = [
  { title: 'Agent', isText: true, text: ({ agent }) => agent.name },
  { title: 'Score', text: ({ summary }) => percent(summary?.score) },
  {
    title: '95 % interval',
    text: ({ summary }) => `${percent(summary?.ci_low)} – ${percent(summary?.ci_high)}`,
  },
  { title: 'n', text: ({ summary }) => count(summary?.n), dispensable: 1 },
  { title: 'Errors', text: ({ summary }) => (summary ? count(errorsOf(summary)) : NONE), dispensable: 2 },
  { title: 'Tokens in', text: (entry) => count(entry.input_tokens), dispensable: 5 },
  { title: 'Tokens out', text: (entry) => count(entry.output_tokens), dispensable: 6 },
  { title: 'p50', text: ({ summary }) => milliseconds(summary?.latency_p50_ms), dispensable: 3 },
  { title: 'p95', text: ({ summary }) => milliseconds(summary?.latency_p95_ms), dispensable: 7 },
  { title: 'Cost', text: ({ summary }) => money(summary?.cost_usd), dispensable: 4 },
];

const errorsOf = ({ outcomes }: NonNullable<Entry['summary']>): number =>
  outcomes.agent_error + outcomes.infra_error + outcomes.unscored;
