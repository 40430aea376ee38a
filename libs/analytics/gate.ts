import {
  alignBySample,
  comparePairs,
  decideGate,
  differenceInterval,
  meanEstimate,
  quantiles,
  scoreInterval,
  type GateDecision,
  type Interval,
} from './statistics/index.js';

/** What is measured of a trial, in this unit: a share, USD, milliseconds, a share. */
export const GATE_METRICS = ['score', 'cost_per_trial_usd', 'latency_p95_ms', 'error_rate'] as const;
export type GateMetric = (typeof GATE_METRICS)[number];

/** Either by how much the candidate may be worse than its baseline, or what it has to reach by itself. */
export type GateRule = { metric: GateMetric } & ({ tolerance: number } | { limit: number });

/** Of one entry: means over the epochs of each sample, null where not known, and the latency of each answered trial. */
export interface GateMeasures {
  sampleIds: string[];
  scores: (number | null)[];
  costs: (number | null)[];
  errors: (number | null)[];
  latencies: number[];
}

export interface RuleResult {
  rule: GateRule;
  decision: GateDecision;
  candidate: number | null;
  baseline: number | null;
  /** Of candidate − baseline, or of the candidate's own figure under a limit. 95 %. */
  interval: Interval | null;
  /** Samples, or of latencies the candidate's trials. */
  n: number;
  text: string;
}

export interface GateResult {
  decision: GateDecision;
  rules: RuleResult[];
}

type Measured = Omit<RuleResult, 'rule' | 'decision' | 'text'>;

const VALUES = { score: 'scores', cost_per_trial_usd: 'costs', error_rate: 'errors' } as const;

/** One rule that fails fails the gate; else one that is inconclusive leaves it so. */
export function judgeGate(
  rules: readonly GateRule[],
  candidate: GateMeasures,
  baseline: GateMeasures | null,
): GateResult {
  const results = rules.map((rule): RuleResult => {
    const measured =
      'limit' in rule ? measureAlone(rule.metric, candidate) : measurePair(rule.metric, candidate, baseline!);
    const decision = decide(rule, measured);
    return { rule, decision, ...measured, text: ruleText(rule, decision, measured) };
  });
  const some = (wanted: GateDecision): boolean => results.some(({ decision }) => decision === wanted);
  return { decision: some('fail') ? 'fail' : some('inconclusive') ? 'inconclusive' : 'pass', rules: results };
}

function decide(rule: GateRule, { interval }: Measured): GateDecision {
  const better = rule.metric === 'score' ? 'higher' : 'lower';
  if ('tolerance' in rule) return decideGate(interval, rule.tolerance, better);
  const distance = interval && { low: interval.low - rule.limit, high: interval.high - rule.limit };
  return decideGate(distance, 0, better);
}

function measurePair(metric: GateMetric, candidate: GateMeasures, baseline: GateMeasures): Measured {
  if (metric === 'latency_p95_ms') {
    const [own, other] = [p95(candidate), p95(baseline)];
    return {
      candidate: own?.value ?? null,
      baseline: other?.value ?? null,
      interval: own && other ? differenceInterval(own, other) : null,
      n: candidate.latencies.length,
    };
  }
  const aligned = alignBySample(known(candidate, metric), known(baseline, metric));
  const compared = comparePairs(aligned.candidate, aligned.baseline);
  return {
    candidate: compared?.candidateMean ?? null,
    baseline: compared?.baselineMean ?? null,
    interval: compared?.interval ?? null,
    n: aligned.ids.length,
  };
}

function measureAlone(metric: GateMetric, candidate: GateMeasures): Measured {
  if (metric === 'latency_p95_ms') {
    const own = p95(candidate);
    const n = candidate.latencies.length;
    return { candidate: own?.value ?? null, baseline: null, interval: own?.interval ?? null, n };
  }
  const values = [...known(candidate, metric).values()];
  const own = meanEstimate(values);
  if (!own) return { candidate: null, baseline: null, interval: null, n: 0 };
  const allBinary = values.every((value) => value === 0 || value === 1);
  const interval =
    metric === 'cost_per_trial_usd'
      ? own.interval
      : scoreInterval({ n: own.n, mean: own.mean, variance: own.variance ?? NaN, allBinary });
  return { candidate: own.mean, baseline: null, interval, n: own.n };
}

const p95 = ({ latencies }: GateMeasures) => quantiles(latencies, [0.95])[0];

function known(measures: GateMeasures, metric: keyof typeof VALUES): Map<string, number> {
  const values = measures[VALUES[metric]];
  return new Map(
    measures.sampleIds.flatMap((id, place) => {
      const value = values[place] ?? null;
      return value === null ? [] : [[id, value] as const];
    }),
  );
}

function ruleText(rule: GateRule, decision: GateDecision, measured: Measured): string {
  const { candidate, baseline, interval, n } = measured;
  const figure = (value: number | null): string =>
    value === null ? 'not known' : `${Number(value.toPrecision(4))}`;
  const range = interval
    ? `95 % interval ${figure(interval.low)} to ${figure(interval.high)}`
    : 'no interval: too few values are known';
  const wanted =
    'limit' in rule
      ? `${rule.metric === 'score' ? 'at least' : 'at most'} ${rule.limit} wanted`
      : `a baseline of ${figure(baseline)}, ${rule.tolerance} worse allowed`;
  const against = 'limit' in rule ? '' : 'difference, ';
  return `${rule.metric} ${decision}: ${figure(candidate)}, ${wanted} (${against}${range}, n = ${n}).`;
}
