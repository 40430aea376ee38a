import type { CustomSeriesRenderItemAPI } from 'echarts';
import { useMemo } from 'react';
import type { Series } from '../../api/types.js';
import { Chart } from '../../ui/chart.js';
import type { Row } from '../../ui/csv.js';
import { asDate } from '../../ui/format.js';
import { usePalette } from '../../ui/palette.js';
import type { TrendMetric } from './trend-metrics.js';

interface TrendChartProps {
  metric: TrendMetric;
  series: Series[];
  /** Of each agent among all, so that its look stays when others are hidden. */
  places: Map<string, number>;
}

const DASHES = ['solid', 'dashed', 'dotted'] as const;

/** One metric of all agents over time; nothing where nobody has a value of it. */
export function TrendChart({ metric: { name, title, read, format }, series, places }: TrendChartProps) {
  const palette = usePalette();
  const option = useMemo(() => {
    const text = { color: palette.text };
    return {
      grid: { left: 16, right: 32, top: 52, bottom: 32, containLabel: true },
      legend: { top: 0, left: 0, type: 'scroll', textStyle: text },
      tooltip: {
        trigger: 'item',
        renderMode: 'richText',
        confine: true,
        formatter: ({ seriesName, value }: { seriesName: string; value: [string, number] }) =>
          `${seriesName}\n${asDate(value[0])}\n${format(value[1])}`,
      },
      xAxis: {
        type: 'time',
        axisLabel: { hideOverlap: true, ...text },
        axisLine: { lineStyle: { color: palette.line } },
      },
      yAxis: {
        type: 'value',
        scale: true,
        axisLabel: { formatter: format, ...text },
        splitLine: { lineStyle: { color: palette.line, type: 'dotted' } },
      },
      series: series.flatMap(({ agent, points, changes, anomalies }) => {
        const place = places.get(agent) ?? 0;
        const { color, symbol } = palette.look(place);
        const strange = new Set(
          anomalies.filter(({ metric }) => metric === name).map(({ entry_id }) => entry_id),
        );
        const jumps = changes.filter(({ metric }) => metric === name);
        const drawn = points.filter((point) => read(point) !== null);
        if (drawn.length === 0) return [];
        return [
          {
            type: 'line',
            name: agent,
            symbol,
            symbolSize: 8,
            labelLayout: { hideOverlap: true },
            itemStyle: { color },
            lineStyle: { color, width: 1.5, type: DASHES[place % DASHES.length] },
            data: drawn.map((point) => ({
              value: [point.completed_at, read(point)],
              ...(strange.has(point.entry_id) && {
                symbolSize: 16,
                itemStyle: { color: 'transparent', borderColor: color, borderWidth: 3 },
                label: { show: true, formatter: 'anomaly', position: 'top', ...text },
              }),
            })),
            markLine: {
              silent: true,
              symbol: 'none',
              lineStyle: { color, type: 'dashed', width: 2 },
              data: jumps.map(({ entry_id, before, after }) => ({
                xAxis: points.find((point) => point.entry_id === entry_id)?.completed_at,
                label: {
                  formatter: `${format(before)} → ${format(after)}`,
                  position: 'insideEndTop',
                  ...text,
                },
              })),
            },
          },
          ...(name === 'score'
            ? [
                {
                  type: 'custom',
                  name: agent,
                  silent: true,
                  itemStyle: { color },
                  data: drawn.flatMap(({ completed_at, ci_low, ci_high }) =>
                    ci_low === null || ci_high === null ? [] : [[completed_at, ci_low, ci_high]],
                  ),
                  encode: { x: 0, y: [1, 2] },
                  renderItem: (_: unknown, at: CustomSeriesRenderItemAPI) => whisker(at, color),
                },
              ]
            : []),
        ];
      }),
    };
  }, [series, places, palette, name, read, format]);
  const rows = series.flatMap(({ agent, points }) =>
    points.map((point): Row => ({
      agent,
      version: point.agent_version,
      completed_at: point.completed_at,
      [name]: read(point),
      ...(name === 'score' && { ci_low: point.ci_low, ci_high: point.ci_high, samples: point.n }),
      run_id: point.run_id,
    })),
  );
  if (!rows.some((row) => row[name] !== null)) return null;
  return (
    <Chart
      title={title}
      description={`By agent and time.${name === 'score' ? ' Bars are 95 % intervals.' : ''} A dashed upright line is where the mean jumped, a large hollow mark a value far from those around it.`}
      option={option}
      rows={rows}
    />
  );
}

function whisker(at: CustomSeriesRenderItemAPI, stroke: string) {
  const [x = 0, low = 0] = at.coord([at.value(0), at.value(1)]);
  const [, high = 0] = at.coord([at.value(0), at.value(2)]);
  return {
    type: 'line' as const,
    shape: { x1: x, y1: low, x2: x, y2: high },
    style: { stroke, lineWidth: 1.5, opacity: 0.6 },
  };
}
