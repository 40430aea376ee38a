import { Badge, Group, Progress, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import type { Run } from '../../../api/types.js';
import { asCount, asDuration, asPercent, asUsd, NONE } from '../../../ui/format.js';
import { RunStatusBadge } from '../../../ui/run-status.js';
import { Section } from '../../../ui/section.js';
import { useRunProgress, type RunProgress } from './use-run-progress.js';

/** What the run itself says, until the first event comes. */
const asRead = (run: Run): RunProgress => ({
  status: run.status,
  progress: run.progress,
  done: run.done,
  trials: run.trials,
  trials_per_s: null,
  eta_s: null,
  cost_usd: run.entries.reduce((sum, { cost_usd }) => sum + cost_usd, 0),
  rate_limited: run.entries.reduce((sum, { rate_limited }) => sum + rate_limited, 0),
  pause: run.pause,
  entries: run.entries.map((entry) => ({
    agent: entry.agent.name,
    status: entry.status,
    done: entry.done,
    trials: entry.trials,
    errors: 0,
    rate_limited: entry.rate_limited,
    cost_usd: entry.cost_usd,
    waiting_for: entry.status === 'processing' ? entry.error : null,
  })),
});

/** A run while it goes on. */
export function LiveProgress({ run }: { run: Run }) {
  const live = useRunProgress(run, true);
  const now = live ?? asRead(run);
  const isGoing = now.status === 'processing';
  const figures = [
    ['Trials', `${asCount(now.done)} of ${asCount(now.trials)}`],
    ['Time left', isGoing ? asDuration(now.eta_s) : NONE],
    ['Trials per second', isGoing && now.trials_per_s !== null ? now.trials_per_s.toFixed(1) : NONE],
    ['Spent', spendOf(now.cost_usd, run.limits.max_cost_usd)],
    ['Rate-limited calls (429)', asCount(now.rate_limited)],
  ] as const;
  return (
    <Section title="Progress" actions={<RunStatusBadge status={now.status} />}>
      <Progress.Root size={24}>
        <Progress.Section
          value={now.progress * 100}
          animated={isGoing}
          aria-label={`Progress: ${asPercent(now.progress)}`}
        >
          {now.progress > 0.08 && <Progress.Label>{asPercent(now.progress)}</Progress.Label>}
        </Progress.Section>
      </Progress.Root>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }}>
        {figures.map(([name, value]) => (
          <Stack gap={0} key={name}>
            <Text size="sm" c="dimmed">
              {name}
            </Text>
            <Text fw={650} className="figures">
              {value}
            </Text>
          </Stack>
        ))}
      </SimpleGrid>
      <Table.ScrollContainer minWidth={640} type="native" tabIndex={0}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Agent</Table.Th>
              <Table.Th>Status</Table.Th>
              <Table.Th w="25%">Progress</Table.Th>
              <Table.Th ta="right">Errors</Table.Th>
              <Table.Th ta="right">429s</Table.Th>
              <Table.Th ta="right">Spent</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {now.entries.map((entry, place) => (
              <Table.Tr key={run.entries[place]?.id ?? place}>
                <Table.Td>
                  {entry.agent}
                  {entry.waiting_for !== null && (
                    <Text size="xs" c="dimmed">
                      Held up: {entry.waiting_for}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <Badge variant="light" color={entry.status === 'failed' ? 'red' : 'gray'}>
                    {entry.status}
                  </Badge>
                </Table.Td>
                <Table.Td>
                  <Group gap="xs" wrap="nowrap">
                    <Progress
                      flex={1}
                      value={(100 * entry.done) / Math.max(1, entry.trials)}
                      aria-label={`Progress of ${entry.agent}`}
                    />
                    <Text size="xs" className="figures">
                      {asCount(entry.done)}/{asCount(entry.trials)}
                    </Text>
                  </Group>
                </Table.Td>
                <Table.Td ta="right">{live ? asCount(entry.errors) : NONE}</Table.Td>
                <Table.Td ta="right">{asCount(entry.rate_limited)}</Table.Td>
                <Table.Td ta="right">{asUsd(entry.cost_usd)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}

const spendOf = (spent: number, budget: number | undefined): string =>
  budget === undefined ? asUsd(spent) : `${asUsd(spent)} of ${asUsd(budget)}`;
