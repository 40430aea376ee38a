import { useComputedColorScheme } from '@mantine/core';
import { useMemo } from 'react';
import type { Run } from '../../../api/types.js';
import { Chart } from '../../../ui/chart.js';
import { asPercent, NONE, plural } from '../../../ui/format.js';

/** Scores of agents by category. The number stands in each field, so that the colour alone says nothing. */
export function CategoryHeatMap({ run }: { run: Run }) {
  const isDark = useComputedColorScheme('light') === 'dark';
  const { agents, categories, rows } = useMemo(() => {
    const found = run.entries.flatMap(({ agent, summary }) =>
      (summary?.per_category ?? []).map((group) => ({ agent: agent.name, ...group })),
    );
    return {
      rows: found,
      agents: [...new Set(found.map(({ agent }) => agent))],
      categories: [...new Set(found.map(({ category }) => category))],
    };
  }, [run.entries]);
  const option = useMemo(
    () => ({
      grid: { left: 8, right: 16, top: 8, bottom: 8, containLabel: true },
      xAxis: {
        type: 'category',
        data: agents,
        axisLabel: { interval: 0, width: 110, overflow: 'truncate', rotate: agents.length > 4 ? 30 : 0 },
      },
      yAxis: {
        type: 'category',
        data: categories,
        inverse: true,
        axisLabel: { width: 130, overflow: 'truncate' },
      },
      visualMap: {
        show: false,
        dimension: 2,
        min: 0,
        max: 1,
        inRange: { color: isDark ? ['#25262b', '#1971c2'] : ['#ffffff', '#74c0fc'] },
      },
      tooltip: {
        confine: true,
        renderMode: 'richText',
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const row = rows[dataIndex];
          return row
            ? `${row.agent}, ${row.category}: ${asPercent(row.score)} (${asPercent(row.ci_low)} to ${asPercent(row.ci_high)}, n ${row.n})`
            : '';
        },
      },
      series: [
        {
          type: 'heatmap',
          data: rows.map(({ agent, category, score }) => [
            agents.indexOf(agent),
            categories.indexOf(category),
            score ?? '-',
          ]),
          label: {
            show: true,
            color: isDark ? '#ffffff' : '#000000',
            formatter: ({ value }: { value: [number, number, number | string] }) =>
              typeof value[2] === 'number' ? asPercent(value[2]) : NONE,
          },
          itemStyle: { borderColor: isDark ? '#5c5f66' : '#ced4da', borderWidth: 1 },
        },
      ],
    }),
    [agents, categories, rows, isDark],
  );
  if (categories.length < 2) return null;
  return (
    <Chart
      title="Scores by category"
      description={`Mean score of each agent in each category. ${categories.length} categories, ${plural(agents.length, 'agent')}.`}
      option={option}
      rows={rows.map(({ agent, category, n, score, ci_low, ci_high }) => ({
        agent,
        category,
        n,
        score,
        ci_low,
        ci_high,
      }))}
      height={80 + 34 * categories.length}
    />
  );
}
