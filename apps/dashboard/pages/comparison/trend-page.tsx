import { Anchor, Group, Paper, Select } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { query } from '../../api/client.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Page } from '../../ui/page.js';
import { BenchmarkSelect } from './benchmark-select.js';
import { PeriodFields } from './period-fields.js';
import { momentsOf, type TrendSearch } from './search.js';
import { TrendChart } from './trend-chart.js';
import { TrendFindings } from './trend-findings.js';
import { TrendPoints } from './trend-points.js';
import { TREND_METRICS } from './trend-metrics.js';

export function TrendPage() {
  const search = useSearch({ from: '/shell/trend' });
  const { benchmark, agent } = search;
  const navigate = useNavigate({ from: '/trend' });
  const change = (changed: TrendSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true, resetScroll: false });

  // All agents are asked for, so that each can be chosen.
  const trends = query.useQuery(
    'get',
    '/api/v1/analytics/trend',
    { params: { query: { benchmark: benchmark ?? '', ...momentsOf(search) } } },
    { enabled: benchmark !== undefined },
  );
  const agents = trends.data?.series.map((one) => one.agent) ?? [];
  return (
    <Page title="Trend" lead="How score, latency and cost of agents went over time, and where they changed.">
      <Paper withBorder p="md">
        <Group align="flex-end">
          <BenchmarkSelect
            value={benchmark}
            onChange={(name) => change({ benchmark: name, agent: undefined })}
          />
          <Select
            label="Agent"
            placeholder="All"
            data={[...new Set([...agents, ...(agent === undefined ? [] : [agent])])]}
            value={agent ?? null}
            onChange={(name) => change({ agent: name ?? undefined })}
            disabled={benchmark === undefined}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': 'All agents' }}
          />
          <PeriodFields period={search} onChange={change} />
        </Group>
      </Paper>
      {benchmark === undefined ? (
        <Empty>Choose a benchmark above.</Empty>
      ) : (
        <Answer
          of={trends}
          isEmpty={({ series }) => !series.some((one) => agent === undefined || one.agent === agent)}
          empty={
            <>
              No entry of {agent ?? 'any agent'} has completed here.{' '}
              <Anchor component={Link} to="/runs/new">
                Start a run
              </Anchor>
            </>
          }
        >
          {(data) => {
            const places = new Map(data.series.map((one, place) => [one.agent, place]));
            const shown = data.series.filter((one) => agent === undefined || one.agent === agent);
            return (
              <>
                <TrendFindings series={shown} />
                {TREND_METRICS.map((metric) => (
                  <TrendChart key={metric.name} metric={metric} series={shown} places={places} />
                ))}
                <TrendPoints series={shown} />
              </>
            );
          }}
        </Answer>
      )}
    </Page>
  );
}
