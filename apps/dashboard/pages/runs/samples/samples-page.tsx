import { Anchor, Badge, Button, Text } from '@mantine/core';
import { defaultStringifySearch, Link, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { query } from '../../../api/client.js';
import { BY_CURSOR, itemsOf, useNextPage } from '../../../api/pages.js';
import type { Run, RunSample } from '../../../api/types.js';
import { Answer } from '../../../ui/answer.js';
import { DataTable, type Columns } from '../../../ui/data-table.js';
import { asCount, asPercent, plural } from '../../../ui/format.js';
import { Page } from '../../../ui/page.js';
import { isActive } from '../../../ui/run-status.js';
import type { SamplesSearch } from '../search.js';
import classes from './samples-page.module.css';
import { SampleFilters } from './sample-filters.js';

export function SamplesPage() {
  const { runId } = useParams({ from: '/shell/runs/$runId/samples' });
  const run = query.useQuery('get', '/api/v1/runs/{run_id}', { params: { path: { run_id: runId } } });
  return run.data ? (
    <Samples run={run.data} />
  ) : (
    <Page title="Samples">
      <Answer of={run}>{() => null}</Answer>
    </Page>
  );
}

function Samples({ run }: { run: Run }) {
  const search = useSearch({ from: '/shell/runs/$runId/samples' });
  const samples = query.useInfiniteQuery(
    'get',
    '/api/v1/runs/{run_id}/samples',
    { params: { path: { run_id: run.id }, query: { limit: 100, ...search } } },
    {
      ...BY_CURSOR,
      // One function for all renders: another one would have thousands of samples gathered and compared at each.
      select: itemsOf<RunSample>,
    },
  );
  const next = useNextPage(samples);
  const columns = useMemo(() => columnsOf(run, search), [run, search]);
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Page
      title="Samples"
      lead={
        <Anchor component={Link} to={`/runs/${run.id}`}>
          {run.benchmark.title} v{run.benchmark.version}, run of {plural(run.entries.length, 'agent')}
        </Anchor>
      }
    >
      <SampleFilters run={run} />
      <Answer
        of={samples}
        isEmpty={(items) => items.length === 0}
        empty={
          isFiltered ? (
            <>
              <Text>No sample of this run passes the filter.</Text>
              <Button component={Link} to={`/runs/${run.id}/samples`} variant="default">
                Show all
              </Button>
            </>
          ) : (
            <>
              <Text>No trial has ended yet.</Text>
              {isActive(run.status) && (
                <Button variant="default" onClick={() => void samples.refetch()}>
                  Look again
                </Button>
              )}
            </>
          )
        }
      >
        {(items) => (
          <>
            <Text size="sm" c="dimmed" role="status">
              {samples.hasNextPage
                ? `The first ${asCount(items.length)} samples; more come as you scroll.`
                : `${plural(items.length, 'sample')}.`}
            </Text>
            <DataTable
              label="Samples"
              columns={columns}
              rows={items}
              minWidth={420 + 130 * run.entries.length}
              onEnd={next}
            />
          </>
        )}
      </Answer>
    </Page>
  );
}

const columnsOf = (run: Run, search: SamplesSearch): Columns<RunSample> => [
  {
    header: 'Sample',
    cell: ({ row: { original: sample } }) => (
      <a href={`/runs/${run.id}/samples/${encodeURIComponent(sample.id)}${defaultStringifySearch(search)}`}>
        {sample.id}
      </a>
    ),
  },
  { header: 'Category', cell: ({ row }) => row.original.category },
  {
    header: 'Input',
    cell: ({ row }) => <div className={classes.line}>{row.original.input}</div>,
  },
  ...run.entries.map(({ id, agent }) => ({
    id,
    header: agent.name,
    cell: ({ row }: { row: { original: RunSample } }) => (
      <SampleScore entry={row.original.entries.find(({ entry_id }) => entry_id === id)} />
    ),
  })),
];

function SampleScore({ entry }: { entry: RunSample['entries'][number] | undefined }) {
  if (!entry) return <span className={classes.dimmed}>not yet</span>;
  const failures = entry.outcomes.filter((outcome) => outcome !== 'scored');
  return (
    <div className={classes.outcome}>
      {entry.score !== null && asPercent(entry.score)}
      {entry.overridden && <Badge variant="light">by hand</Badge>}
      {failures.map((outcome) => (
        <Badge key={outcome} variant="light" color={outcome === 'unscored' ? 'yellow' : 'red'}>
          {outcome.replace('_', ' ')}
        </Badge>
      ))}
    </div>
  );
}
