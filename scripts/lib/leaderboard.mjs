import { renderTable } from './table.mjs';

/**
 * An entry of GET /api/v1/runs/:id, as far as the leaderboard shows it.
 * @typedef {object} Entry
 * @property {{ name: string }} agent
 * @property {string} status
 * @property {number} input_tokens
 * @property {number} output_tokens
 * @property {null | {
 *   score: number | null, ci_low: number | null, ci_high: number | null, n: number,
 *   outcomes: { agent_error: number, infra_error: number, unscored: number },
 *   latency_p50_ms: number | null, latency_p95_ms: number | null, cost_usd: number | null
 * }} summary
 */

/** Best first; entries without a score last. @param {Entry[]} entries @param {number} width */
export function renderLeaderboard(entries, width) {
  const ranked = [...entries].sort((a, b) => (b.summary?.score ?? -1) - (a.summary?.score ?? -1));
  return renderTable(ranked, COLUMNS, width);
}

/** @type {import('./table.mjs').Column<Entry>[]} */
const COLUMNS = [
  { title: 'Agent', isText: true, text: ({ agent }) => agent.name },
  { title: 'Score', text: ({ summary }) => percent(summary?.score) },
  {
    title: '95 % interval',
    text: ({ summary }) => `${percent(summary?.ci_low)} – ${percent(summary?.ci_high)}`,
  },
  { title: 'n', text: ({ summary }) => count(summary?.n), dispensable: 1 },
  { title: 'Errors', text: ({ summary }) => count(summary && errorsOf(summary.outcomes)), dispensable: 2 },
  { title: 'Tokens in', text: (entry) => count(entry.input_tokens), dispensable: 5 },
  { title: 'Tokens out', text: (entry) => count(entry.output_tokens), dispensable: 6 },
  { title: 'p50', text: ({ summary }) => duration(summary?.latency_p50_ms), dispensable: 3 },
  { title: 'p95', text: ({ summary }) => duration(summary?.latency_p95_ms), dispensable: 7 },
  { title: 'Cost', text: ({ summary }) => money(summary?.cost_usd), dispensable: 4 },
];

const NONE = '-';

/** @param {{ agent_error: number, infra_error: number, unscored: number }} outcomes */
const errorsOf = ({ agent_error, infra_error, unscored }) => agent_error + infra_error + unscored;

/** @param {number | null | undefined} fraction */
const percent = (fraction) => (fraction == null ? NONE : `${(fraction * 100).toFixed(1)} %`);

/** @param {number | null | undefined} value */
const count = (value) => (value == null ? NONE : value.toLocaleString('en-US'));

/** @param {number | null | undefined} ms */
function duration(ms) {
  if (ms == null) return NONE;
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** @param {number | null | undefined} usd */
const money = (usd) => (usd == null ? NONE : `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`);
