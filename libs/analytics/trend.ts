import { drift, holm, outliers, segmentsOf, type Interval } from './statistics/index.js';
import { listed, percent, plural, seconds, usd } from './wording.js';

export const TREND_METRICS = ['score', 'latency', 'cost'] as const;
export type TrendMetric = (typeof TREND_METRICS)[number];

/** One ended entry in a series; null where a value is not known. */
export interface TrendPoint {
  at: Date;
  /** In [0, 1]. */
  score: number;
  /** Median, in milliseconds. */
  latency: number | null;
  /** US dollars a trial. */
  cost: number | null;
}

/** From a point on the mean is another. */
export interface Change {
  metric: TrendMetric;
  /** Place of the first point after it. */
  place: number;
  before: number;
  after: number;
}

/** A slow change where nothing jumped. */
export interface TrendDrift {
  metric: TrendMetric;
  perDay: number;
  interval: Interval;
  /** Adjusted by Holm over the metrics. */
  pValue: number;
}

/** A point far from its neighbours. */
export interface Anomaly {
  metric: TrendMetric;
  place: number;
  value: number;
  /** What it is far from: the median around it. */
  usual: number;
  /** Standard deviations of the noise between them. */
  deviations: number;
}

export interface Trend {
  changes: Change[];
  /** Of every metric with enough points, shown or not. */
  drifts: TrendDrift[];
  anomalies: Anomaly[];
  text: string[];
}

const DAY_MS = 86_400_000;
const LEVEL = 0.05;
/** The normal approximation of the test wants so many. */
const LEAST_FOR_DRIFT = 8;
/** In fewer points, noise too often looks like a jump. */
const LEAST_FOR_CHANGE = 10;

/** @param points in order of time. */
export function trendOf(points: readonly TrendPoint[]): Trend {
  const series = TREND_METRICS.map((metric) => seriesOf(metric, points));
  const changes = series.flatMap(changesOf);
  const anomalies = series.flatMap((each) => each.anomalies);
  const drifting = series
    .filter(({ metric }) => !changes.some((change) => change.metric === metric))
    .flatMap(driftOf);
  const adjusted = holm(drifting.map(({ pValue }) => pValue));
  const drifts = drifting.map((found, i) => ({ ...found, pValue: adjusted[i]! }));
  return { changes, drifts, anomalies, text: sentences(points, { changes, drifts, anomalies }) };
}

interface Series {
  metric: TrendMetric;
  anomalies: Anomaly[];
  /** Of the points where the metric is known and no anomaly. */
  places: number[];
  times: number[];
  values: number[];
}

function seriesOf(metric: TrendMetric, points: readonly TrendPoint[]): Series {
  const valueAt = (place: number): number => points[place]![metric]!;
  const known = [...points.keys()].filter((place) => points[place]![metric] !== null);
  const anomalies = outliers(known.map(valueAt)).map(({ index, ...deviation }) => ({
    metric,
    place: known[index]!,
    value: valueAt(known[index]!),
    ...deviation,
  }));
  const places = known.filter((place) => !anomalies.some((anomaly) => anomaly.place === place));
  return {
    metric,
    anomalies,
    places,
    times: places.map((place) => points[place]!.at.getTime() / DAY_MS),
    values: places.map(valueAt),
  };
}

function changesOf({ metric, places, values }: Series): Change[] {
  if (values.length < LEAST_FOR_CHANGE) return [];
  const segments = segmentsOf(values);
  return segments.slice(1).map(({ start, mean }, before) => ({
    metric,
    place: places[start]!,
    before: segments[before]!.mean,
    after: mean,
  }));
}

function driftOf({ metric, times, values }: Series): TrendDrift[] {
  // Two entries may end in the same millisecond.
  const ascending = times.every((time, i) => i === 0 || time > times[i - 1]!);
  const found = values.length >= LEAST_FOR_DRIFT && ascending ? drift(times, values) : null;
  return found ? [{ metric, perDay: found.slope, interval: found.interval, pValue: found.pValue }] : [];
}

const NOUNS: Record<TrendMetric, string> = {
  score: 'score',
  latency: 'median latency',
  cost: 'cost per trial',
};
const TEXTS: Record<TrendMetric, (value: number) => string> = { score: percent, latency: seconds, cost: usd };

function sentences(
  points: readonly TrendPoint[],
  { changes, drifts, anomalies }: Omit<Trend, 'text'>,
): string[] {
  const day = (place: number): string => points[place]!.at.toISOString().slice(0, 10);
  const moved = changes.map(
    ({ metric, place, before, after }) =>
      `The ${NOUNS[metric]} ${after > before ? 'rose' : 'fell'} from ${TEXTS[metric](before)} to ${TEXTS[metric](after)} with the entry of ${day(place)}, and stayed there.`,
  );
  const drifted = drifts
    .filter(({ pValue }) => pValue < LEVEL)
    .map(
      ({ metric, perDay, pValue }) =>
        `The ${NOUNS[metric]} ${perDay > 0 ? 'rises' : 'falls'} by ${TEXTS[metric](Math.abs(perDay))} a day (p ${pValue < 0.001 ? '< 0.001' : `= ${pValue.toFixed(3)}`}).`,
    );
  const odd = anomalies.map(
    ({ metric, place, value, usual }) =>
      `The ${NOUNS[metric]} of ${day(place)} is unusual: ${TEXTS[metric](value)}, where about ${TEXTS[metric](usual)} is usual.`,
  );
  const found = [...moved, ...drifted, ...odd];
  if (found.length > 0) return found;
  return points.length < LEAST_FOR_DRIFT
    ? [`Too few to show a trend: ${plural(points.length, 'point')}.`]
    : [`No change shown in ${listed(Object.values(NOUNS))} over ${plural(points.length, 'point')}.`];
}
