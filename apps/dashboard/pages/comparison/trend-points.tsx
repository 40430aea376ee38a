import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Series } from '../../api/types.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { asCount, asDate, asLatency, asPercent, asRange, asUsd } from '../../ui/format.js';
import { CsvButton } from './csv-button.js';
import { Section } from '../../ui/section.js';

type Point = Series['points'][number] & { agent: string; marks: string };

const columns: Columns<Point> = [
  {
    id: 'at',
    header: 'Completed',
    accessorFn: ({ completed_at }) => completed_at,
    cell: ({ row: { original } }) => (
      <Anchor component={Link} to={`/runs/${original.run_id}`} size="sm">
        {asDate(original.completed_at)}
      </Anchor>
    ),
  },
  { id: 'agent', header: 'Agent', accessorFn: ({ agent, agent_version }) => `${agent}@${agent_version}` },
  {
    id: 'score',
    header: 'Score',
    accessorFn: ({ score }) => score,
    cell: ({ row }) => asPercent(row.original.score),
  },
  {
    id: 'interval',
    header: '95 % interval',
    enableSorting: false,
    accessorFn: ({ ci_low, ci_high }) => asRange(ci_low, ci_high),
  },
  { id: 'n', header: 'Samples', accessorFn: ({ n }) => n, cell: ({ row }) => asCount(row.original.n) },
  {
    id: 'latency',
    header: 'Median latency',
    accessorFn: ({ latency_p50_ms }) => latency_p50_ms,
    cell: ({ row }) => asLatency(row.original.latency_p50_ms),
  },
  {
    id: 'cost',
    header: 'Cost per trial',
    accessorFn: ({ cost_per_trial_usd }) => cost_per_trial_usd,
    cell: ({ row }) => asUsd(row.original.cost_per_trial_usd),
  },
  { id: 'marks', header: 'Marked', accessorFn: ({ marks }) => marks },
];

function marksOf({ changes, anomalies }: Series, entryId: string): string {
  const at = ({ entry_id }: { entry_id: string }) => entry_id === entryId;
  return [
    ...changes.filter(at).map(({ metric }) => `${metric} jumped`),
    ...anomalies.filter(at).map(({ metric }) => `${metric} anomaly`),
  ].join(', ');
}

/** Every point of the charts, with the way to its run. */
export function TrendPoints({ series }: { series: Series[] }) {
  const points = series.flatMap((one) =>
    one.points.map((point) => ({ ...point, agent: one.agent, marks: marksOf(one, point.entry_id) })),
  );
  const rows = points.toSorted((a, b) => b.completed_at.localeCompare(a.completed_at));
  return (
    <Section title="Entries" lead="A date leads to its run." actions={<CsvButton name="trend" rows={rows} />}>
      <DataTable label="Entries" columns={columns} rows={rows} sortable height={420} minWidth={900} />
    </Section>
  );
}
