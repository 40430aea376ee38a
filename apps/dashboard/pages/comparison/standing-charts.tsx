import { SimpleGrid } from '@mantine/core';
import { useMemo } from 'react';
import type { Standing } from '../../api/types.js';
import { asPercent } from '../../ui/format.js';
import type { Row } from '../../ui/csv.js';
import { IntervalPlot, type Interval } from './interval-plot.js';
import { entryName } from './names.js';

const whole = (value: number): string => String(Math.round(value));

interface StandingPlotProps {
  title: string;
  description: string;
  entries: Standing[];
  axis: string;
  read: (entry: Standing) => Interval | null;
  format: (value: number) => string;
  min?: number;
  max?: number;
}

function StandingPlot({ entries, read, axis, ...plot }: StandingPlotProps) {
  const labels = useMemo(() => entries.map(entryName), [entries]);
  const series = useMemo(() => [{ name: axis, points: entries.map(read) }], [entries, axis, read]);
  const rows = entries.map((entry): Row => ({ agent: entryName(entry), ...read(entry) }));
  return <IntervalPlot {...plot} labels={labels} series={series} rows={rows} axis={axis} />;
}

const score = ({ score: value, ci_low: low, ci_high: high }: Standing) => ({ value, low, high });
const rank = ({ rank: value, rank_low: low, rank_high: high }: Standing) => ({ value, low, high });
const strength = ({ elo }: Standing) => elo && { value: elo.rating, low: elo.ci_low, high: elo.ci_high };

/** Scores, ranks and strengths, each with what is not known of it. */
export function StandingCharts({ entries }: { entries: Standing[] }) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <StandingPlot
        title="Scores"
        description="Share of what could be had, with 95 % intervals. Intervals that overlap do not mean a tie: the ranks come of tests over the same samples."
        entries={entries}
        axis="Score"
        read={score}
        format={asPercent}
      />
      <StandingPlot
        title="Ranks that the data leave open"
        description="From the best to the worst rank that paired tests leave to each agent, at 95 % for all together; the mark is the rank by score."
        entries={entries}
        axis="Rank"
        read={rank}
        format={whole}
        min={1}
        max={Math.max(2, entries.length)}
      />
      {entries.some(({ elo }) => elo !== null) && (
        <StandingPlot
          title="Strength"
          description="Bradley–Terry over who scored higher on each sample: 1000 is the mean, 400 points are odds of ten to one. Agents without a finite rating are left out."
          entries={entries}
          axis="Elo"
          read={strength}
          format={whole}
        />
      )}
    </SimpleGrid>
  );
}
