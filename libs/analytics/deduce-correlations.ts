import type { EntrySummary } from './entry-summary.js';
import { holm, testCorrelation } from './statistics/index.js';
import { plural, pText } from './wording.js';

/** What a trial takes, and whether that goes with its score. */
export const METRICS = ['latency', 'tokens', 'cost', 'attempts'] as const;
export type Metric = (typeof METRICS)[number];

/** Correlations that Postgres found, over samples; epochs are reduced first, for those of a sample are alike. */
export interface CorrelationFindings {
  /** r is Pearson's, rho Spearman's. */
  metrics: { entry: string; metric: Metric; r: number; rho: number; n: number }[];
  pairs: { a: string; b: string; r: number; n: number }[];
}

/** Of what one agent's samples take and their score, or of two agents' scores over samples of both. */
export interface Correlation {
  kind: `${Metric}_score` | 'agent_scores';
  agents: string[];
  description: string;
  /** Pearson's. */
  r: number;
  /** Spearman's, which bears outliers; null between agents. */
  rho: number | null;
  n: number;
  /** 95 %, of rho; of r between agents. Null below 4 samples. */
  ci_low: number | null;
  ci_high: number | null;
  /** Likewise, of no correlation; null below 3 samples. */
  p_value: number | null;
  /** Holm's over all correlations of the run. */
  p_holm: number | null;
}

const NOUNS: Record<Metric, string> = {
  latency: 'Latency',
  tokens: 'Tokens',
  cost: 'Cost',
  attempts: 'Attempts',
};

type Found = Pick<Correlation, 'kind' | 'agents' | 'r' | 'rho' | 'n'> & { what: string };

export function correlations(entries: readonly EntrySummary[], findings: CorrelationFindings): Correlation[] {
  const tested = [...ofMetrics(entries, findings), ...ofAgents(entries, findings)].map((found) => ({
    found,
    test: testCorrelation(found.n, found.rho ?? found.r, found.rho === null ? 'pearson' : 'spearman'),
  }));
  const adjusted = holm(tested.map(({ test }) => test.pValue));
  const tests = adjusted.filter((p) => p !== null).length;
  return tested.map(({ found: { what, ...found }, test: { pValue, interval } }, place) => {
    const corrected = adjusted[place] ?? null;
    const strength = `r = ${found.r.toFixed(2)}${found.rho === null ? '' : `, rho = ${found.rho.toFixed(2)}`}`;
    const evidence = [
      ...(interval ? [`95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}`] : []),
      ...(pValue === null ? [] : [pText(pValue)]),
      ...(corrected === null || tests === 1
        ? []
        : [`${pText(corrected)} by Holm over ${tests} correlations`]),
    ];
    const verdict =
      corrected === null
        ? 'too few samples for a test'
        : corrected < 0.05
          ? 'related, which is not to say why'
          : 'no relation is shown';
    return {
      ...found,
      description: `${what} over ${plural(found.n, 'sample')}: ${strength}${evidence.length > 0 ? ` (${evidence.join(', ')})` : ''}; ${verdict}.`,
      ci_low: interval?.low ?? null,
      ci_high: interval?.high ?? null,
      p_value: pValue,
      p_holm: corrected,
    };
  });
}

function ofMetrics(entries: readonly EntrySummary[], { metrics }: CorrelationFindings): Found[] {
  return entries.flatMap(({ entryId, agent }) =>
    METRICS.flatMap((metric) => {
      const found = metrics.find((one) => one.entry === entryId && one.metric === metric);
      if (!found) return [];
      return {
        kind: `${metric}_score` as const,
        agents: [agent],
        what: `${NOUNS[metric]} and score of ${agent}`,
        r: clamped(found.r),
        rho: clamped(found.rho),
        n: found.n,
      };
    }),
  );
}

function ofAgents(entries: readonly EntrySummary[], { pairs }: CorrelationFindings): Found[] {
  return entries.flatMap((one, i) =>
    entries.slice(i + 1).flatMap((other) => {
      const ids = [one.entryId, other.entryId];
      const found = pairs.find(({ a, b }) => ids.includes(a) && ids.includes(b));
      if (!found) return [];
      return {
        kind: 'agent_scores' as const,
        agents: [one.agent, other.agent],
        what: `Scores of ${one.agent} and ${other.agent}`,
        r: clamped(found.r),
        rho: null,
        n: found.n,
      };
    }),
  );
}

/** corr() of Postgres can end a rounding error beyond 1. */
const clamped = (r: number): number => Math.min(1, Math.max(-1, r));
