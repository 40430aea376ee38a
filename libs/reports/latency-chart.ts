import { seconds } from '#libs/analytics';
import type { Section } from './content.js';
import type { NumberedEntry } from './numbered-entry.js';
import { AXIS, roundRange, shortened } from './render-chart.js';
import { COLOURS, PAGE_WIDTH } from './theme.js';

const ROW = 18;
const AROUND = 42;

/** Median to slowest answer of each agent, one row each; nothing where no latency is known. */
export function latencies(entries: readonly NumberedEntry[]): Section[] {
  const known = entries.flatMap((entry) =>
    entry.latency && entry.latency.p50 > 0 ? [{ entry, ...entry.latency }] : [],
  );
  if (known.length === 0) return [];
  const range = roundRange(known.flatMap(({ p50, max }) => [p50, max]));
  const line = (from: 'p50' | 'p95' | 'p99', to: 'p95' | 'p99' | 'max', width: number, color: string) =>
    known.map((latency, row) => ({
      type: 'line' as const,
      silent: true,
      symbol: 'none',
      lineStyle: { width, color, cap: 'butt' as const },
      data: [
        [latency[from], row],
        [latency[to], row],
      ],
    }));
  return [
    {
      heading: 'Latency distribution',
      blocks: [
        {
          kind: 'charts',
          charts: [
            {
              title: 'Latency distribution',
              description: known
                .map(
                  (of) =>
                    `#${of.entry.number}: median ${seconds(of.p50)}, p95 ${seconds(of.p95)}, p99 ${seconds(of.p99)}, slowest ${seconds(of.max)}`,
                )
                .join('; '),
              width: PAGE_WIDTH,
              height: AROUND + ROW * known.length,
              option: {
                grid: { left: 130, right: 24, top: 4, bottom: 36 },
                xAxis: {
                  ...AXIS,
                  type: 'log',
                  name: 'Latency (log)',
                  nameGap: 20,
                  ...range,
                  axisLabel: { ...AXIS.axisLabel, formatter: (value: number) => seconds(value) },
                },
                yAxis: {
                  ...AXIS,
                  type: 'category',
                  inverse: true,
                  data: known.map((_, row) => String(row)),
                  axisLabel: {
                    ...AXIS.axisLabel,
                    color: COLOURS.ink,
                    interval: 0,
                    formatter: (_: string, row: number) =>
                      `#${known[row]!.entry.number} ${shortened(known[row]!.entry.agent)}`,
                  },
                },
                series: [
                  ...line('p99', 'max', 1, COLOURS.bounds),
                  ...line('p95', 'p99', 3, COLOURS.interval),
                  ...line('p50', 'p95', 7, COLOURS.interval),
                  {
                    type: 'scatter',
                    z: 4,
                    silent: true,
                    symbolSize: 7,
                    itemStyle: { color: COLOURS.accent, opacity: 1 },
                    data: known.map(({ p50 }, row) => [p50, row]),
                  },
                ],
              },
            },
          ],
        },
        {
          kind: 'note',
          text: 'Point: median. Thick bar: to p95, thin bar: to p99, line: to the slowest answer.',
        },
      ],
    },
  ];
}
