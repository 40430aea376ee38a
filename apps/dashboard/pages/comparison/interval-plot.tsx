import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';
import { useMemo } from 'react';
import { Chart } from '../../ui/chart.js';
import type { Row } from '../../ui/csv.js';
import { usePalette, type Look } from '../../ui/palette.js';

export interface Interval {
  value: number;
  low: number | null;
  high: number | null;
}

export interface IntervalSeries {
  name: string;
  /** One for each label; null where it has none. */
  points: (Interval | null)[];
}

interface IntervalPlotProps {
  title: string;
  description: string;
  /** What stands at the left of each line, the first at the top. */
  labels: string[];
  series: IntervalSeries[];
  rows: Row[];
  axis: string;
  format: (value: number) => string;
  /** A line across all, as where nothing is different. */
  zero?: number;
  /** What is too small to matter, around the line. */
  band?: [low: number, high: number];
  min?: number;
  max?: number;
}

const LINE = 30;

/** Values with their intervals, one below the other: a forest plot. */
export function IntervalPlot({
  title,
  description,
  labels,
  series,
  rows,
  axis,
  format,
  zero,
  band,
  min,
  max,
}: IntervalPlotProps) {
  const palette = usePalette();
  const option = useMemo(() => {
    const shown = series.filter(({ points }) => points.some(Boolean));
    const text = { color: palette.text };
    const lookOf = (name: string) => palette.look(series.findIndex((one) => one.name === name));
    const lineAcross = zero !== undefined && {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: palette.text, type: 'solid' },
      data: [{ xAxis: zero }],
    };
    const bandAcross = band && {
      silent: true,
      itemStyle: { color: palette.band },
      data: [[{ xAxis: band[0] }, { xAxis: band[1] }]],
    };
    return {
      grid: { left: 8, right: 24, top: shown.length > 1 ? 36 : 8, bottom: 44, containLabel: true },
      legend: {
        show: shown.length > 1,
        top: 0,
        left: 0,
        type: 'scroll',
        textStyle: text,
        data: shown.map(({ name }) => ({ name, icon: lookOf(name).symbol })),
      },
      tooltip: { trigger: 'item', confine: true },
      xAxis: {
        type: 'value',
        name: axis,
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: text,
        min,
        max,
        scale: true,
        axisLabel: { formatter: format, hideOverlap: true, ...text },
        splitLine: { lineStyle: { color: palette.line, type: 'dotted' } },
      },
      yAxis: {
        type: 'category',
        data: labels,
        inverse: true,
        axisTick: { show: false },
        axisLabel: { width: 190, overflow: 'truncate', interval: 0, ...text },
      },
      series: shown.flatMap(({ name, points }, place) => {
        const look = lookOf(name);
        // Several values of one label stand beside each other, those of different verdicts never do.
        const shift = isShared(shown) ? (place - (shown.length - 1) / 2) * Math.min(9, 20 / shown.length) : 0;
        return [
          {
            type: 'custom',
            name,
            data: points.flatMap((point, line) =>
              point ? [[line, point.value, point.low, point.high]] : [],
            ),
            encode: { x: [1, 2, 3], y: 0 },
            itemStyle: { color: look.color },
            renderItem: (_: unknown, at: CustomSeriesRenderItemAPI) => drawn(at, look, shift),
            tooltip: {
              formatter: ({ value }: { value: (number | null)[] }) => {
                const [line = 0, middle, low, high] = value;
                const escaped = escape(`${labels[line ?? 0]} · ${name}`);
                const range = low == null || high == null ? '' : ` (${format(low)} to ${format(high)})`;
                return `${escaped}<br>${format(middle as number)}${range}`;
              },
            },
            ...(place === 0 && lineAcross && { markLine: lineAcross }),
            ...(place === 0 && bandAcross && { markArea: bandAcross }),
          },
        ];
      }),
    };
  }, [labels, series, axis, format, zero, band, min, max, palette]);
  const height = 96 + labels.length * (isShared(series) ? LINE + 6 * series.length : LINE);
  return <Chart title={title} description={description} option={option} rows={rows} height={height} />;
}

const isShared = (series: IntervalSeries[]): boolean =>
  series.length > 1 &&
  (series[0]?.points.some((_, line) => series.filter(({ points }) => points[line]).length > 1) ?? false);

const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function drawn(at: CustomSeriesRenderItemAPI, look: Look, shift: number): CustomSeriesRenderItemReturn {
  const line = at.value(0);
  const place = (value: number): [number, number] => {
    const [x = 0, y = 0] = at.coord([value, line]);
    return [x, y + shift];
  };
  const [x, y] = place(at.value(1) as number);
  const [low, high] = [at.value(2) as number, at.value(3) as number];
  const stroke = { stroke: look.color, lineWidth: 2 };
  const bars =
    Number.isNaN(low) || Number.isNaN(high)
      ? []
      : [
          [...place(low), ...place(high)],
          ...[low, high].map((end) => {
            const [endX, endY] = place(end);
            return [endX, endY - 4, endX, endY + 4];
          }),
        ].map(([x1, y1, x2, y2]) => ({
          type: 'line' as const,
          shape: { x1: x1 as number, y1: y1 as number, x2: x2 as number, y2: y2 as number },
          style: stroke,
        }));
  return { type: 'group', children: [...bars, marker(look, x, y)] };
}

function marker({ symbol, color }: Look, x: number, y: number) {
  const style = { fill: color };
  if (symbol === 'rect' || symbol === 'roundRect')
    return { type: 'rect' as const, shape: { x: x - 5, y: y - 5, width: 10, height: 10 }, style };
  const corners: Record<string, [number, number][]> = {
    triangle: [
      [0, -6],
      [6, 5],
      [-6, 5],
    ],
    diamond: [
      [0, -7],
      [7, 0],
      [0, 7],
      [-7, 0],
    ],
    arrow: [
      [0, 6],
      [6, -5],
      [-6, -5],
    ],
  };
  const points = corners[symbol];
  if (points === undefined) return { type: 'circle' as const, shape: { cx: x, cy: y, r: 5 }, style };
  return {
    type: 'polygon' as const,
    shape: { points: points.map(([dx, dy]): [number, number] => [x + dx, y + dy]) },
    style,
  };
}
