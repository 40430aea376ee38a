import { count, percent, seconds, usd } from '#libs/analytics';
import type { Section, Table } from './content.js';
import { orDash, type NumberedEntry } from './numbered-entry.js';

type Value = [label: string, value: (entry: NumberedEntry) => string];

const OUTCOMES: Value[] = [
  ['Trials', ({ trials }) => count(trials)],
  ['Scored', ({ outcomes }) => count(outcomes.scored)],
  ['Agent errors', ({ outcomes }) => count(outcomes.agentErrors)],
  ['Infra errors', ({ outcomes }) => count(outcomes.infraErrors)],
  ['Unscored', ({ outcomes }) => count(outcomes.unscored)],
  ['Not run', ({ outcomes }) => count(outcomes.notRun)],
  ['Worst case', ({ scoreWorstCase }) => orDash(scoreWorstCase, percent)],
  ['Best case', ({ scoreBestCase }) => orDash(scoreBestCase, percent)],
];

const SPEED_AND_COST: Value[] = [
  ['Latency p50', ({ latency }) => orDash(latency?.p50 ?? null, seconds)],
  ['p95', ({ latency }) => orDash(latency?.p95 ?? null, seconds)],
  ['p99', ({ latency }) => orDash(latency?.p99 ?? null, seconds)],
  ['First token p50', ({ ttft }) => orDash(ttft?.p50 ?? null, seconds)],
  ['Tokens a trial', ({ tokensPerTrial }) => orDash(tokensPerTrial, count)],
  ['Cost', ({ costUsd }) => orDash(costUsd, usd)],
  ['Cost per correct', ({ costPerCorrect }) => orDash(costPerCorrect, usd)],
  ['Consistency', ({ consistency }) => orDash(consistency, percent)],
];

/** Values of k that a table has room for. */
const MAX_K = 8;

export const measurements = (entries: readonly NumberedEntry[]): Section[] => [
  { heading: 'Trials by outcome', blocks: [table('Trials by outcome', OUTCOMES, entries)] },
  { heading: 'Speed, tokens and cost', blocks: [table('Speed, tokens and cost', SPEED_AND_COST, entries)] },
];

/** With epochs only. Of many k, the powers of 2 and the last. */
export function passAtKSection(entries: readonly NumberedEntry[]): Section[] {
  const all = [...new Set(entries.flatMap(({ passAtK }) => passAtK.map(({ k }) => k)))].sort((a, b) => a - b);
  if (all.length < 2) return [];
  const powers = all.filter((k, i) => Number.isInteger(Math.log2(k)) || i === all.length - 1);
  const shown = all.length <= MAX_K ? all : [...powers.slice(0, -1).slice(0, MAX_K - 1), powers.at(-1)!];
  const values = (name: 'any' | 'all', sign: string): Value[] =>
    shown.map((k) => [
      `pass${sign}${k}`,
      ({ passAtK }) => orDash(passAtK.find((pass) => pass.k === k)?.[name].value ?? null, percent),
    ]);
  return [
    {
      heading: 'Repeated trials',
      blocks: [
        table('pass@k of each agent', values('any', '@'), entries),
        table('pass^k of each agent', values('all', '^'), entries),
        {
          kind: 'note',
          text: 'pass@k: the chance that at least one of k trials of a sample passes; pass^k: that all k do. Estimated without bias from all epochs.',
        },
      ],
    },
  ];
}

const table = (label: string, values: readonly Value[], entries: readonly NumberedEntry[]): Table => ({
  kind: 'table',
  label,
  columns: [
    { label: '#', width: 14, align: 'left' },
    { label: 'Agent', width: 'rest', align: 'left', names: true },
    ...values.map(([name]) => ({ label: name, width: 42, align: 'right' as const })),
  ],
  rows: entries.map((entry) => [
    String(entry.number),
    entry.agent,
    ...values.map(([, value]) => value(entry)),
  ]),
});
