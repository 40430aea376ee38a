import { Anchor, Button, Group, Paper, Select, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconScale } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { query } from '../../api/client.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Page } from '../../ui/page.js';
import { BenchmarkSelect, useBenchmarks } from './benchmark-select.js';
import { LeftOut } from './left-out.js';
import { Pareto } from './pareto.js';
import { PeriodFields } from './period-fields.js';
import { momentsOf, type LeaderboardSearch } from './search.js';
import { StandingCharts } from './standing-charts.js';
import { StandingTable } from './standing-table.js';
import { WinRates } from './win-rates.js';

export function LeaderboardPage() {
  const search = useSearch({ from: '/shell/leaderboard' });
  const { benchmark, category, tag } = search;
  const navigate = useNavigate({ from: '/leaderboard' });
  const change = (changed: LeaderboardSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true, resetScroll: false });
  const changeTag = useDebouncedCallback((value: string) => change({ tag: value || undefined }), 400);

  const benchmarks = useBenchmarks();
  const categories = benchmarks.data?.items.find(({ name }) => name === benchmark)?.categories ?? [];
  const period = momentsOf(search);
  const leaderboard = query.useQuery(
    'get',
    '/api/v1/analytics/leaderboard',
    {
      params: {
        query: {
          benchmark: benchmark ?? '',
          ...(category !== undefined && { category }),
          ...(tag !== undefined && { tag }),
          ...period,
        },
      },
    },
    { enabled: benchmark !== undefined },
  );
  const entries = leaderboard.data?.entries ?? [];
  return (
    <Page
      title="Leaderboard"
      lead="Each agent’s newest finished entry, on the same version of the benchmark and under the same conditions."
      actions={
        entries.length > 1 && (
          <Button
            component={Link}
            to="/compare"
            search={
              {
                entries: entries
                  .slice(0, 20)
                  .map(({ id }) => id)
                  .join(','),
              } as never
            }
            variant="default"
            leftSection={<IconScale size={16} />}
          >
            Compare them
          </Button>
        )
      }
    >
      <Paper withBorder p="md">
        <Group align="flex-end">
          <BenchmarkSelect
            value={benchmark}
            onChange={(name) => change({ benchmark: name, category: undefined, tag: undefined })}
          />
          <Select
            label="Category"
            placeholder="All"
            data={[...new Set([...categories.map(({ name }) => name), ...(category ? [category] : [])])]}
            value={category ?? null}
            onChange={(name) => change({ category: name ?? undefined })}
            disabled={categories.length === 0 && category === undefined}
            clearable
            searchable
            clearButtonProps={{ 'aria-label': 'All categories' }}
          />
          <TextInput
            key={tag === undefined ? 'none' : 'some'}
            label="Tag"
            placeholder="Any"
            defaultValue={tag}
            onChange={({ currentTarget }) => changeTag(currentTarget.value.trim())}
          />
          <PeriodFields period={search} onChange={change} />
        </Group>
      </Paper>
      {benchmark === undefined ? (
        <Empty>Choose a benchmark above.</Empty>
      ) : (
        <Answer
          of={leaderboard}
          isEmpty={(data) => data.entries.length === 0 && data.left_out.length === 0}
          empty={
            <>
              No run of this benchmark has finished
              {tag || category || search.since || search.until ? ' that these filters let through' : ''}.
              <Anchor component={Link} to="/runs/new">
                Start one
              </Anchor>
            </>
          }
        >
          {(data) => (
            <>
              <Text>{data.text}</Text>
              <StandingTable entries={data.entries} />
              <StandingCharts entries={data.entries} />
              <Pareto
                entries={data.entries}
                against={search.against ?? 'cost'}
                onAgainst={(against) => change({ against: against === 'latency' ? against : undefined })}
              />
              <LeftOut entries={data.left_out} />
            </>
          )}
        </Answer>
      )}
      <WinRates
        benchmarks={search.benchmarks}
        period={period}
        onBenchmarks={(names) => change({ benchmarks: names })}
      />
    </Page>
  );
}
