export const METRICS = ['score', 'error_rate', 'cost_per_trial_usd', 'latency_p95_ms'] as const;
export type Metric = (typeof METRICS)[number];
export const KINDS = ['tolerance', 'relative_tolerance', 'limit'] as const;
export type Kind = (typeof KINDS)[number];

export interface Rule {
  metric: Metric;
  kind: Kind;
  value: number;
}

const isMetric = (name: string | undefined): name is Metric => METRICS.some((metric) => metric === name);

/** `score:0.02`, `cost_per_trial_usd:10%`, `latency_p95_ms<=4000`, with commas; what is none of these is left out. */
export function parseRules(text: string): Rule[] {
  return text.split(',').flatMap((part): Rule[] => {
    const [, metric, sign, figure, percent] = /^(\w+)(:|<=|>=)([\d.]+)(%?)$/.exec(part.trim()) ?? [];
    const value = Number(figure);
    if (!isMetric(metric) || isNaN(value)) return [];
    if (sign !== ':') return [{ metric, kind: 'limit', value }];
    return [
      percent
        ? { metric, kind: 'relative_tolerance', value: value / 100 }
        : { metric, kind: 'tolerance', value },
    ];
  });
}

/** As `aibench gate --rule` takes it. */
export function ruleText({ metric, kind, value }: Rule): string {
  if (kind === 'tolerance') return `${metric}:${value}`;
  if (kind === 'relative_tolerance') return `${metric}:${Number((value * 100).toPrecision(12))}%`;
  return `${metric}${metric === 'score' ? '>=' : '<='}${value}`;
}

/** As the API takes it. */
export function ruleBody({ metric, kind, value }: Rule) {
  if (kind === 'limit') return { metric, limit: value };
  if (kind === 'relative_tolerance' && metric !== 'error_rate') return { metric, relative_tolerance: value };
  return { metric, tolerance: value };
}
