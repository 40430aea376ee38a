import { SegmentedControl, Stack } from '@mantine/core';
import { useMemo } from 'react';
import type { Standing } from '../../api/types.js';
import { Chart } from '../../ui/chart.js';
import { asLatency, asPercent, asUsd } from '../../ui/format.js';
import { usePalette } from '../../ui/palette.js';
import { entryName } from './names.js';

type Against = 'cost' | 'latency';

const AXES = {
  cost: {
    read: (entry: Standing) => entry.cost_per_trial_usd,
    format: asUsd,
    name: 'Cost per trial',
    size: 'median latency',
  },
  latency: {
    read: (entry: Standing) => entry.latency_p50_ms,
    format: asLatency,
    name: 'Median latency',
    size: 'cost per trial',
  },
};

interface ParetoProps {
  entries: Standing[];
  against: Against;
  onAgainst: (against: Against) => void;
}

/** Quality against cost or latency, the other by size: who is not beaten in everything. */
export function Pareto({ entries, against, onAgainst }: ParetoProps) {
  const palette = usePalette();
  const { read, format, name, size } = AXES[against];
  const drawn = useMemo(() => entries.filter((entry) => read(entry) !== null), [entries, read]);
  const option = useMemo(() => {
    const other = AXES[against === 'cost' ? 'latency' : 'cost'].read;
    const most = Math.max(...drawn.map((entry) => other(entry) ?? 0));
    const text = { color: palette.text };
    const values = drawn.map((entry) => read(entry) ?? 0);
    const isWide = Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > 20;
    const axis = {
      nameTextStyle: text,
      nameLocation: 'middle',
      scale: true,
      splitLine: { lineStyle: { color: palette.line, type: 'dotted' } },
    };
    const series = [true, false].map((isOnFront, place) => {
      const { color, symbol } = palette.look(place);
      return {
        type: 'scatter',
        name: isOnFront ? 'on the Pareto front' : 'not on it',
        symbol,
        itemStyle: isOnFront ? { color } : { color: 'transparent', borderColor: color, borderWidth: 2 },
        label: {
          show: true,
          position: 'top',
          formatter: ({ data }: { data: { name: string } }) => data.name,
          ...text,
        },
        labelLayout: { hideOverlap: true },
        data: drawn
          .filter(({ pareto }) => pareto === isOnFront)
          .map((entry) => ({
            name: entryName(entry),
            value: [read(entry), entry.score],
            symbolSize: 10 + (most > 0 ? 24 * Math.sqrt((other(entry) ?? 0) / most) : 0),
          })),
      };
    });
    return {
      grid: { left: 24, right: 40, top: 52, bottom: 44, containLabel: true },
      legend: { top: 0, left: 0, textStyle: text },
      tooltip: {
        trigger: 'item',
        renderMode: 'richText',
        confine: true,
        formatter: ({ data }: { data: { name: string; value: [number, number] } }) =>
          `${data.name}\n${asPercent(data.value[1])} at ${format(data.value[0])}`,
      },
      xAxis: {
        ...axis,
        type: isWide ? 'log' : 'value',
        name,
        nameGap: 28,
        axisLabel: { formatter: format, hideOverlap: true, ...text },
      },
      yAxis: {
        ...axis,
        type: 'value',
        name: 'Score',
        nameGap: 52,
        axisLabel: { formatter: asPercent, ...text },
      },
      series,
    };
  }, [drawn, against, read, format, name, palette]);
  const missing = entries.length - drawn.length;
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label="What quality is drawn against"
        data={[
          { value: 'cost', label: 'Cost' },
          { value: 'latency', label: 'Latency' },
        ]}
        value={against}
        onChange={(value) => onAgainst(value)}
        style={{ alignSelf: 'flex-start' }}
      />
      <Chart
        title="Quality, cost and latency"
        description={`Upper left is better; the larger a mark, the more ${size}. Filled marks are on the Pareto front: no other is as good, cheap and fast, and better in one of them.${missing > 0 ? ` Not drawn, since their ${name.toLowerCase()} is not known: ${missing}.` : ''}`}
        option={option}
        rows={entries.map((entry) => ({
          agent: entryName(entry),
          score: entry.score,
          cost_per_trial_usd: entry.cost_per_trial_usd,
          latency_p50_ms: entry.latency_p50_ms,
          on_the_front: entry.pareto,
        }))}
        height={380}
      />
    </Stack>
  );
}
