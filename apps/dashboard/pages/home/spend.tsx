import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import type { RunOverview } from '../../api/types.js';
import { Answer } from '../../ui/answer.js';
import { asCount, asUsd } from '../../ui/format.js';

const PAGES = 3;
const PAGE = 100;

/** Runs that were started this month, newest first, as far as they are few enough to be read for it. */
async function runsOfMonth(): Promise<{ runs: RunOverview[]; isAll: boolean }> {
  const now = new Date();
  const first = new Date(now.getFullYear(), now.getMonth(), 1).toISOString();
  const runs: RunOverview[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { data } = await api.GET('/api/v1/runs', { params: { query: { limit: PAGE, cursor } } });
    const items = data?.items ?? [];
    runs.push(...items.filter(({ created_at }) => created_at >= first));
    cursor = data?.next_cursor ?? undefined;
    if (cursor === undefined || items.some(({ created_at }) => created_at < first))
      return { runs, isAll: true };
  }
  return { runs, isAll: false };
}

export function Spend() {
  const month = useQuery({ queryKey: ['runs of the month'], queryFn: runsOfMonth, staleTime: 60_000 });
  return (
    <Answer of={month}>
      {({ runs, isAll }) => (
        <div>
          <Text fz="h2" fw={650} className="figures">
            {asUsd(costOf(runs))}
          </Text>
          <Text size="sm" c="dimmed">
            {isAll
              ? `In ${asCount(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}`
              : `In the last ${asCount(runs.length)} runs; there were more`}
            , as far as prices are known.
          </Text>
        </div>
      )}
    </Answer>
  );
}

const costOf = (runs: RunOverview[]): number =>
  runs.flatMap(({ entries }) => entries).reduce((sum, { cost_usd }) => sum + cost_usd, 0);
