import { Badge, Button, Text } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Entry, Run } from '../../../api/types.js';
import { DataTable, type Columns } from '../../../ui/data-table.js';
import { asCount, asLatency, asPercent, asRange, asUsd, NONE } from '../../../ui/format.js';
import { Section } from '../../../ui/section.js';

type Summary = NonNullable<Entry['summary']>;
type Ended = Entry & { summary: Summary };

const column = (
  header: string,
  accessorFn: (entry: Ended) => number | null | undefined,
  show: (value: number | null | undefined, entry: Ended) => React.ReactNode,
): Columns<Ended>[number] => ({
  id: header,
  header,
  // Sorted to the end.
  accessorFn: (entry) => accessorFn(entry) ?? undefined,
  sortUndefined: 'last',
  cell: ({ row: { original } }) => show(accessorFn(original), original),
});

const COLUMNS: Columns<Ended> = [
  {
    id: 'agent',
    header: 'Agent',
    accessorFn: ({ agent }) => agent.name,
    cell: ({ row: { original } }) => (
      <>
        {original.agent.name} v{original.agent.version}
        <Text size="xs" c="dimmed">
          {original.agent.model}
        </Text>
      </>
    ),
  },
  column(
    'Score',
    ({ summary }) => summary.score,
    (score, { summary }) => (
      <>
        <b>{asPercent(score)}</b>{' '}
        {summary.threshold_result !== null && (
          <Badge
            variant="light"
            color={{ passed: 'green', failed: 'red', inconclusive: 'gray' }[summary.threshold_result]}
          >
            {summary.threshold_result}
          </Badge>
        )}
        <Text size="xs" c="dimmed">
          {asRange(summary.ci_low, summary.ci_high)}, n {asCount(summary.n)}
        </Text>
      </>
    ),
  ),
  column('Scored', ({ summary }) => summary.outcomes.scored, asCount),
  column('Errors', ({ summary: { outcomes } }) => outcomes.agent_error + outcomes.infra_error, asCount),
  column('Unscored', ({ summary }) => summary.outcomes.unscored, asCount),
  column('Consistency', ({ summary }) => summary.consistency, asPercent),
  column('Latency p50', ({ summary }) => summary.latency_p50_ms, asLatency),
  column('p95', ({ summary }) => summary.latency_p95_ms, asLatency),
  column('TTFT p50', ({ summary }) => summary.ttft_p50_ms, asLatency),
  column(
    'Tokens/s',
    ({ summary }) => summary.output_tokens_per_s?.p50,
    (rate) => (rate === null || rate === undefined ? NONE : rate.toFixed(1)),
  ),
  column(
    'Tokens/trial',
    ({ summary }) => summary.tokens_per_trial,
    (tokens) => asCount(tokens === null || tokens === undefined ? tokens : Math.round(tokens)),
  ),
  column('Cost', ({ summary }) => summary.cost_usd, asUsd),
  column('Per correct', ({ summary }) => summary.cost_per_correct_usd, asUsd),
  column('429s', ({ rate_limited }) => rate_limited, asCount),
];

const hasEnded = (entry: Entry): entry is Ended => entry.summary !== null;

/** What each agent came to, took and cost. */
export function Figures({ run }: { run: Run }) {
  const ended = run.entries.filter(hasEnded);
  return (
    <Section
      title="Agents"
      lead="Latency is from request to the whole answer, TTFT to its first token. A cost is missing where the price of the model is unknown."
      actions={
        ended.length > 1 && (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconScale size={14} />}
            renderRoot={(props) => (
              <Link to="/compare" search={{ entries: ended.map(({ id }) => id).join(',') }} {...props} />
            )}
          >
            Compare these
          </Button>
        )
      }
    >
      <DataTable label="Figures of agents" columns={COLUMNS} rows={ended} sortable minWidth={1180} />
    </Section>
  );
}
