import { Anchor, Badge } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Standing } from '../../api/types.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { asCount, asLatency, asPercent, asRange, asUsd } from '../../ui/format.js';
import { CsvButton } from './csv-button.js';
import { entryName } from './names.js';
import { Section } from '../../ui/section.js';

const rankText = ({ rank, rank_low, rank_high }: Standing): string =>
  rank_low === rank_high ? `${rank}` : `${rank} (${rank_low} to ${rank_high})`;

/** Best first, each rank with those that the data leave open. */
export function StandingTable({ entries }: { entries: Standing[] }) {
  const names = new Map(entries.map((entry) => [entry.id, entryName(entry)]));
  const columns: Columns<Standing> = [
    { id: 'rank', header: 'Rank', accessorFn: ({ rank }) => rank, cell: ({ row }) => rankText(row.original) },
    {
      id: 'agent',
      header: 'Agent',
      accessorFn: entryName,
      cell: ({ row: { original } }) => (
        <Anchor component={Link} to={`/runs/${original.run_id}`} size="sm">
          {entryName(original)}
        </Anchor>
      ),
    },
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
    {
      id: 'tied',
      header: 'Not told from',
      enableSorting: false,
      accessorFn: ({ tied_with }) => tied_with.map((id) => names.get(id)).join(', ') || 'nobody',
    },
    { id: 'n', header: 'Samples', accessorFn: ({ n }) => n, cell: ({ row }) => asCount(row.original.n) },
    {
      id: 'cost',
      header: 'Cost per trial',
      accessorFn: ({ cost_per_trial_usd }) => cost_per_trial_usd,
      cell: ({ row }) => asUsd(row.original.cost_per_trial_usd),
    },
    {
      id: 'latency',
      header: 'Median latency',
      accessorFn: ({ latency_p50_ms }) => latency_p50_ms,
      cell: ({ row }) => asLatency(row.original.latency_p50_ms),
    },
    {
      id: 'pareto',
      header: 'Pareto',
      accessorFn: ({ pareto }) => pareto,
      cell: ({ row }) =>
        row.original.pareto ? (
          <Badge variant="light" tt="none">
            on the front
          </Badge>
        ) : (
          ''
        ),
    },
  ];
  return (
    <Section
      title="Ranking"
      lead="A rank is followed by those that the data leave open, at 95 % for all ranks together. Open is not equal."
      actions={
        <CsvButton
          name="leaderboard"
          rows={entries.map(({ tied_with, elo, ...figures }) => ({
            ...figures,
            tied_with: tied_with.map((id) => names.get(id)).join(' '),
            elo: elo?.rating,
            elo_ci_low: elo?.ci_low,
            elo_ci_high: elo?.ci_high,
          }))}
        />
      }
    >
      <DataTable label="Ranking" columns={columns} rows={entries} sortable minWidth={1000} />
    </Section>
  );
}
