import { Anchor, Button, Group, Progress, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { query } from '../../api/client.js';
import { BY_CURSOR, useNextPage } from '../../api/pages.js';
import { useMay } from '../../api/session.js';
import type { RunOverview } from '../../api/types.js';
import { Answer } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { asCount, asDate, asPercent, asUsd } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { isActive, RunStatusBadge } from '../../ui/run-status.js';
import { ImportRun } from './import-run.js';
import { STATUSES, type RunsSearch } from './search.js';

const costOf = ({ entries }: RunOverview): number => entries.reduce((sum, { cost_usd }) => sum + cost_usd, 0);

const COLUMNS: Columns<RunOverview> = [
  {
    header: 'Benchmark',
    cell: ({ row: { original: run } }) => (
      <Anchor component={Link} to={`/runs/${run.id}`} size="sm">
        {run.benchmark.title} v{run.benchmark.version}
      </Anchor>
    ),
  },
  { header: 'Status', cell: ({ row }) => <RunStatusBadge status={row.original.status} /> },
  { header: 'Progress', cell: ({ row }) => <RunProgress run={row.original} /> },
  {
    header: 'Agents',
    cell: ({ row }) => (
      <Text size="sm" lineClamp={2} maw={320}>
        {row.original.entries.map(({ agent }) => agent.name).join(', ')}
      </Text>
    ),
  },
  { header: 'Cost', cell: ({ row }) => asUsd(costOf(row.original)) },
  { header: 'Created', cell: ({ row }) => asDate(row.original.created_at) },
];

function RunProgress({ run }: { run: RunOverview }) {
  if (!isActive(run.status)) return `${asCount(run.done)} trials`;
  return (
    <Stack gap={4} w={160}>
      <Progress value={run.progress * 100} aria-label={`Progress of ${run.benchmark.title}`} />
      <Text size="xs">
        {asCount(run.done)} of {asCount(run.trials)} ({asPercent(run.progress)})
      </Text>
    </Stack>
  );
}

export function RunsPage() {
  const search = useSearch({ from: '/shell/runs' });
  const navigate = useNavigate({ from: '/runs' });
  const mayRun = useMay('run:write');
  const set = (change: RunsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const setBenchmark = useDebouncedCallback(
    (benchmark: string) => set({ benchmark: benchmark || undefined }),
    300,
  );
  const runs = query.useInfiniteQuery(
    'get',
    '/api/v1/runs',
    { params: { query: { limit: 50, ...search } } },
    {
      ...BY_CURSOR,
      select: ({ pages }) => pages.flatMap(({ items }) => items),
      refetchInterval: ({ state }) =>
        state.data?.pages.some(({ items }) => items.some(({ status }) => isActive(status))) ? 3000 : false,
    },
  );
  const next = useNextPage(runs);
  const isFiltered = search.status !== undefined || search.benchmark !== undefined;
  return (
    <Page
      title="Runs"
      lead="Agents that were, or are being, put to a benchmark."
      actions={
        mayRun && (
          <>
            <ImportRun />
            <Button component={Link} to="/runs/new" leftSection={<IconPlus size={16} />}>
              New run
            </Button>
          </>
        )
      }
    >
      <Group align="flex-end">
        <Select
          label="Status"
          placeholder="Any"
          data={[...STATUSES]}
          value={search.status ?? null}
          onChange={(status) => set({ status: status ?? undefined })}
          clearable
          clearButtonProps={{ 'aria-label': 'Any status' }}
          w={180}
        />
        <TextInput
          key={isFiltered ? 'filtered' : 'all'}
          label="Benchmark"
          placeholder="Its name or id"
          defaultValue={search.benchmark ?? ''}
          onChange={({ currentTarget }) => setBenchmark(currentTarget.value.trim())}
          w={240}
        />
        {isFiltered && (
          <Button variant="subtle" onClick={() => set({ status: undefined, benchmark: undefined })}>
            Show all
          </Button>
        )}
      </Group>
      <Answer
        of={runs}
        isEmpty={(items) => items.length === 0}
        empty={
          isFiltered ? (
            <Text>No run has this status and benchmark.</Text>
          ) : (
            <>
              <Text>There is no run yet. A run puts one or more agents to a benchmark.</Text>
              {mayRun && (
                <Button component={Link} to="/runs/new">
                  Start the first run
                </Button>
              )}
            </>
          )
        }
      >
        {(items) => <DataTable label="Runs" columns={COLUMNS} rows={items} minWidth={880} onEnd={next} />}
      </Answer>
    </Page>
  );
}
