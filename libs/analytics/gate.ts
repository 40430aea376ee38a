import { clustersOf, type ClusterOf } from './compare.js';
import { estimate } from './estimate.js';
import {
  alignBySample,
  clusteredMean,
  comparePairs,
  decideGate,
  differenceInterval,
  meanEstimate,
  quantiles,
  ratioInterval,
  ratioOfMeans,
  ratioOfTotals,
  type ClusteredMean,
  type GateDecision,
  type Interval,
  type MeanEstimate,
} from './statistics/index.js';
import { percent } from './wording.js';

/** What is measured of a trial, in this unit: a share, USD, milliseconds, a share. */
export const GATE_METRICS = ['score', 'cost_per_trial_usd', 'latency_p95_ms', 'error_rate'] as const;
export type GateMetric = (typeof GATE_METRICS)[number];

/** Of these a share of the baseline's value can be spoken of; an error rate is 0 too often. */
export const RELATIVE_METRICS = ['score', 'cost_per_trial_usd', 'latency_p95_ms'] as const;

/** Either by how much the candidate may be worse than its baseline, in the metric's unit or as a share, or what it has to reach by itself. */
export type GateRule =
  | { metric: GateMetric; tolerance: number }
  | { metric: (typeof RELATIVE_METRICS)[number]; relative_tolerance: number }
  | { metric: GateMetric; limit: number };

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
  /** Of candidate − baseline, of candidate ÷ baseline − 1 by a relative tolerance, or of the candidate's own figure under a limit. 95 %. */
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

/**
 * One rule that fails fails the gate; else one that is inconclusive leaves it so.
 * @param clusterOf what like samples have in common; a percentile of latency knows no clusters
 */
export function judgeGate(
  rules: readonly GateRule[],
  candidate: GateMeasures,
  baseline: GateMeasures | null,
  clusterOf: ClusterOf | null,
): GateResult {
  const results = rules.map((rule): RuleResult => {
    const measured =
      'limit' in rule
        ? measureAlone(rule.metric, candidate, clusterOf)
        : measurePair(rule.metric, candidate, baseline!, 'relative_tolerance' in rule, clusterOf);
    const decision = decide(rule, measured);
    return { rule, decision, ...measured, text: ruleText(rule, decision, measured) };
  });
  const some = (wanted: GateDecision): boolean => results.some(({ decision }) => decision === wanted);
  return { decision: some('fail') ? 'fail' : some('inconclusive') ? 'inconclusive' : 'pass', rules: results };
}

function decide(rule: GateRule, { interval }: Measured): GateDecision {
  const better = rule.metric === 'score' ? 'higher' : 'lower';
  if ('tolerance' in rule) return decideGate(interval, rule.tolerance, better);
  if ('relative_tolerance' in rule) return decideGate(interval, rule.relative_tolerance, better);
  return decideGate(moved(interval, -rule.limit), 0, better);
}

const moved = (interval: Interval | null, by: number): Interval | null =>
  interval && { low: interval.low + by, high: interval.high + by };

function measurePair(
  metric: GateMetric,
  candidate: GateMeasures,
  baseline: GateMeasures,
  relative: boolean,
  clusterOf: ClusterOf | null,
): Measured {
  if (metric === 'latency_p95_ms') {
    const [own, other] = [p95(candidate), p95(baseline)];
    return {
      candidate: own?.value ?? null,
      baseline: other?.value ?? null,
      interval:
        own && other
          ? relative
            ? moved(ratioInterval(own, other), -1)
            : differenceInterval(own, other)
          : null,
      n: candidate.latencies.length,
    };
  }
  const aligned = alignBySample(known(candidate, metric), known(baseline, metric));
  const clusters = clusterOf ? clustersOf(aligned.ids, clusterOf) : undefined;
  const compared = comparePairs(aligned.candidate, aligned.baseline, { clusters });
  const ratio = clusters
    ? ratioOfTotals(aligned.candidate, aligned.baseline, clusters)
    : ratioOfMeans(aligned.candidate, aligned.baseline);
  return {
    candidate: compared?.candidateMean ?? null,
    baseline: compared?.baselineMean ?? null,
    interval: relative ? moved(ratio.interval, -1) : (compared?.interval ?? null),
    n: aligned.ids.length,
  };
}

function measureAlone(metric: GateMetric, candidate: GateMeasures, clusterOf: ClusterOf | null): Measured {
  if (metric === 'latency_p95_ms') {
    const own = p95(candidate);
    const n = candidate.latencies.length;
    return { candidate: own?.value ?? null, baseline: null, interval: own?.interval ?? null, n };
  }
  const byId = known(candidate, metric);
  const values = [...byId.values()];
  const own = meanEstimate(values);
  if (!own) return { candidate: null, baseline: null, interval: null, n: 0 };
  const clustered = clusterOf && clusteredMean(values, clustersOf([...byId.keys()], clusterOf));
  return {
    candidate: own.mean,
    baseline: null,
    interval:
      metric === 'cost_per_trial_usd' ? (clustered ?? own).interval : shareInterval(values, own, clustered),
    n: own.n,
  };
}

/** As the interval of a score. */
function shareInterval(
  values: readonly number[],
  { n, mean, variance }: MeanEstimate,
  clustered: ClusteredMean | null,
): Interval | null {
  const { ciLow, ciHigh } = estimate(
    {
      n,
      mean,
      variance,
      ...(clustered && {
        clustered: { clusters: clustered.clusters, standard_error: clustered.standardError },
      }),
    },
    values.every((value) => value === 0 || value === 1),
  );
  return ciLow === null || ciHigh === null ? null : { low: ciLow, high: ciHigh };
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
      : `a baseline of ${figure(baseline)}, ${'tolerance' in rule ? rule.tolerance : percent(rule.relative_tolerance)} worse allowed`;
  const against =
    'limit' in rule ? '' : 'tolerance' in rule ? 'difference, ' : 'difference as a share of the baseline, ';
  return `${rule.metric} ${decision}: ${figure(candidate)}, ${wanted} (${against}${range}, n = ${n}).`;
}
