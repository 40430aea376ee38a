import { useComputedColorScheme } from '@mantine/core';
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';
import { useMemo } from 'react';
import type { Run } from '../../../api/types.js';
import { Chart } from '../../../ui/chart.js';
import { asPercent } from '../../../ui/format.js';

const LINE = 36;

/** Each agent's score with its 95 % interval: a forest plot. */
export function ScorePlot({ run }: { run: Run }) {
  const color = useComputedColorScheme('light') === 'dark' ? '#74c0fc' : '#1864ab';
  const scored = useMemo(
    () =>
      run.entries.flatMap(({ agent, summary }) =>
        summary && summary.score !== null ? [{ ...summary, agent: agent.name, score: summary.score }] : [],
      ),
    [run.entries],
  );
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 32, top: 8, bottom: 8, containLabel: true },
      xAxis: {
        type: 'value',
        min: 0,
        max: 1,
        axisLabel: { formatter: (share: number) => `${share * 100}%` },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: scored.map(({ agent }) => agent),
        axisTick: { show: false },
        axisLabel: { width: 160, overflow: 'truncate' },
      },
      tooltip: {
        confine: true,
        renderMode: 'richText',
        formatter: ({ dataIndex }: { dataIndex: number }) => textOf(scored[dataIndex]),
      },
      series: [
        {
          type: 'custom',
          data: scored.map(({ score, ci_low, ci_high }, line) => [line, score, ci_low, ci_high]),
          encode: { x: [1, 2, 3], y: 0 },
          renderItem: (_: unknown, at: CustomSeriesRenderItemAPI) => drawn(at, color),
        },
      ],
    }),
    [scored, color],
  );
  if (scored.length === 0) return null;
  return (
    <Chart
      title="Scores"
      description={scored.map(textOf).join('; ')}
      option={option}
      rows={scored.map(({ agent, n, score, ci_low, ci_high }) => ({ agent, n, score, ci_low, ci_high }))}
      height={56 + LINE * scored.length}
    />
  );
}

type Scored = { agent: string; n: number; score: number; ci_low: number | null; ci_high: number | null };

const textOf = (entry: Scored | undefined): string =>
  entry
    ? `${entry.agent}: ${asPercent(entry.score)} (95% interval ${asPercent(entry.ci_low)} to ${asPercent(entry.ci_high)}, ${entry.n} samples)`
    : '';

function drawn(at: CustomSeriesRenderItemAPI, color: string): CustomSeriesRenderItemReturn {
  const line = at.value(0);
  const [x = 0, y = 0] = at.coord([at.value(1), line]);
  const [low, high] = [at.value(2), at.value(3)].map((value) => at.coord([value, line])[0] ?? NaN);
  const style = { stroke: color, lineWidth: 2 };
  const bars =
    low === undefined || high === undefined || Number.isNaN(low + high)
      ? []
      : [
          { x1: low, y1: y, x2: high, y2: y },
          { x1: low, y1: y - 5, x2: low, y2: y + 5 },
          { x1: high, y1: y - 5, x2: high, y2: y + 5 },
        ].map((shape) => ({ type: 'line' as const, shape, style }));
  return {
    type: 'group',
    children: [...bars, { type: 'circle' as const, shape: { cx: x, cy: y, r: 5 }, style: { fill: color } }],
  };
}
