import type { CustomSeriesOption } from 'echarts/charts';
import { seconds, usd } from '#libs/analytics';
import type { Section } from './content.js';
import type { NumberedEntry } from './numbered-entry.js';
import { AXIS, roundRange, shortened, type Chart } from './render-chart.js';
import { COLOURS, PAGE_WIDTH } from './theme.js';

interface Point {
  entry: NumberedEntry;
  x: number;
  /** In percent. */
  y: number;
  /** No other is at least as good and at most as much. */
  best: boolean;
}

/** Quality against cost and against latency; nothing where fewer than two agents have both. */
export function tradeOffs(entries: readonly NumberedEntry[]): Section[] {
  const ranked = entries.filter(({ status }) => status === 'completed');
  const charts = [
    chartOf(ranked, 'Score by cost', 'cost of a trial', 'US dollars a trial', usd, costPerTrial),
    chartOf(
      ranked,
      'Score by latency',
      'median latency',
      'Median latency',
      seconds,
      ({ latency }) => latency?.p50 ?? null,
    ),
  ].flatMap((chart) => chart ?? []);
  if (charts.length === 0) return [];
  const width = charts.length === 1 ? PAGE_WIDTH : (PAGE_WIDTH - 12) / 2;
  return [
    {
      heading: 'What quality costs',
      blocks: [
        { kind: 'charts', charts: charts.map((chart) => ({ ...chart, width })) },
        {
          kind: 'note',
          text: 'Whiskers: 95 % interval of the score. Filled and joined: the Pareto front, which no other agent beats in the one without losing in the other. Scales to the right are logarithmic.',
        },
      ],
    },
  ];
}

const costPerTrial = ({ costUsd, outcomes }: NumberedEntry): number | null => {
  const stored = outcomes.scored + outcomes.agentErrors + outcomes.infraErrors + outcomes.unscored;
  return costUsd === null || stored === 0 ? null : costUsd / stored;
};

function chartOf(
  entries: readonly NumberedEntry[],
  title: string,
  noun: string,
  axis: string,
  format: (value: number) => string,
  of: (entry: NumberedEntry) => number | null,
): Chart | null {
  const known = entries.flatMap((entry) => {
    const x = of(entry);
    // A logarithm has no place for what is free.
    return x === null || x <= 0 || entry.score === null ? [] : [{ entry, x, y: entry.score * 100 }];
  });
  if (known.length < 2) return null;
  const points: Point[] = known.map((point) => ({
    ...point,
    best: !known.some(({ x, y }) => x <= point.x && y >= point.y && (x < point.x || y > point.y)),
  }));
  const front = points.filter(({ best }) => best).sort((a, b) => a.x - b.x);
  const words = (point: Point): string =>
    `#${point.entry.number} ${point.y.toFixed(1)} % at ${format(point.x)}`;
  return {
    title,
    description: `Score against ${noun} of ${points.length} agents. On the Pareto front: ${front.map(words).join('; ')}.`,
    width: PAGE_WIDTH,
    height: 190,
    option: {
      grid: { left: 34, right: 14, top: 10, bottom: 34 },
      xAxis: {
        ...AXIS,
        type: 'log',
        name: `${axis} (log)`,
        nameGap: 20,
        ...logRange(points),
        axisLabel: { ...AXIS.axisLabel, formatter: (value: number) => format(value) },
      },
      yAxis: { ...AXIS, type: 'value', name: 'Score, %', nameGap: 24, ...scoreRange(points) },
      series: [
        whiskers(points),
        {
          type: 'line',
          silent: true,
          symbol: 'none',
          lineStyle: { color: COLOURS.accent, width: 1, type: 'dashed' },
          data: front.map(({ x, y }) => [x, y]),
        },
        {
          type: 'scatter',
          silent: true,
          symbolSize: 7,
          labelLayout: { moveOverlap: 'shiftY' },
          data: points.map(({ entry, x, y, best }) => ({
            value: [x, y],
            itemStyle: {
              color: best ? COLOURS.accent : COLOURS.wash,
              borderColor: COLOURS.accent,
              borderWidth: 1.2,
              opacity: 1,
            },
            label: {
              show: true,
              position: x > middle(points) ? 'left' : 'right',
              formatter: () =>
                points.length > MAX_NAMED ? `#${entry.number}` : `#${entry.number} ${shortened(entry.agent)}`,
              color: COLOURS.ink,
              fontSize: 7.5,
            },
          })),
        },
      ],
    },
  };
}

/** More agents are labelled by their numbers. */
const MAX_NAMED = 8;

const middle = (points: readonly Point[]): number => {
  const { min, max } = logRange(points);
  return Math.sqrt(min * max);
};

const logRange = (points: readonly Point[]) => roundRange(points.map(({ x }) => x));

function scoreRange(points: readonly Point[]): { min: number; max: number } {
  const low = Math.min(...points.map(({ entry, y }) => (entry.ciLow === null ? y : entry.ciLow * 100)));
  const high = Math.max(...points.map(({ entry, y }) => (entry.ciHigh === null ? y : entry.ciHigh * 100)));
  return { min: Math.max(0, Math.floor(low / 10) * 10), max: Math.min(100, Math.ceil(high / 10) * 10) };
}

function whiskers(points: readonly Point[]): CustomSeriesOption {
  const data = points.flatMap(({ entry: { ciLow, ciHigh }, x }) =>
    ciLow === null || ciHigh === null ? [] : [[x, ciLow * 100, ciHigh * 100]],
  );
  return {
    type: 'custom',
    silent: true,
    encode: { x: 0, y: [1, 2] },
    data,
    renderItem: (_, api) => {
      const [x, y1] = api.coord([api.value(0), api.value(1)]);
      const [, y2] = api.coord([api.value(0), api.value(2)]);
      return {
        type: 'line',
        shape: { x1: x, x2: x, y1, y2 },
        style: { stroke: COLOURS.interval, lineWidth: 2 },
      };
    },
  };
}
