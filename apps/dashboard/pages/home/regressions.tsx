import { Anchor, List, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { components } from '../../../cli/api/schema.js';
import { query } from '../../api/client.js';
import { Failure } from '../../ui/answer.js';
import { asDate, asLatency, asPercent, asUsd } from '../../ui/format.js';

type Trends = components['schemas']['Trends'];
type Metric = Trends['series'][number]['changes'][number]['metric'];

const METRICS: Record<Metric, { title: string; format: (value: number) => string; higherIsBetter: boolean }> =
  {
    score: { title: 'Score', format: asPercent, higherIsBetter: true },
    latency: { title: 'Latency', format: asLatency, higherIsBetter: false },
    cost: { title: 'Cost of a trial', format: asUsd, higherIsBetter: false },
  };

export function Regressions({ benchmarks }: { benchmarks: string[] }) {
  const trends = useQueries({
    queries: benchmarks.map((benchmark) =>
      query.queryOptions('get', '/api/v1/analytics/trend', { params: { query: { benchmark } } }),
    ),
  });
  const failed = trends.find(({ isError }) => isError);
  if (failed) return <Failure error={failed.error} onRetry={() => void failed.refetch()} />;
  const worse = trends.flatMap(({ data }) => (data ? worseningsOf(data) : []));
  if (worse.length === 0)
    return (
      <Text size="sm" c="dimmed" role="status">
        {trends.some(({ isPending }) => isPending)
          ? 'Looking…'
          : 'Nothing that shows. A jump shows once an agent has run several times on the same benchmark.'}
      </Text>
    );
  return (
    <List size="sm" spacing="xs">
      {worse.map(({ benchmark, agent, metric, before, after, at }) => (
        <List.Item key={`${benchmark} ${agent} ${metric} ${at}`}>
          <Anchor component={Link} to="/trend" search={{ benchmark, agent } as never} size="sm">
            {agent} on {benchmark}
          </Anchor>
          : {METRICS[metric].title.toLowerCase()} {METRICS[metric].format(before)} →{' '}
          {METRICS[metric].format(after)}, since {asDate(at)}
        </List.Item>
      ))}
    </List>
  );
}

const worseningsOf = ({ benchmark, series }: Trends) =>
  series.flatMap(({ agent, points, changes }) =>
    changes
      .filter(({ metric, before, after }) => METRICS[metric].higherIsBetter === after < before)
      .map(({ entry_id, ...change }) => ({
        ...change,
        ...{ benchmark: benchmark.name, agent },
        at: points.find((point) => point.entry_id === entry_id)?.completed_at,
      })),
  );
