import { Anchor, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { RunOverview } from '../../api/types.js';
import { asDate, asPercent, asRange, NONE } from '../../ui/format.js';

export function RecentResults({ runs }: { runs: RunOverview[] }) {
  if (runs.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No run has completed yet.
      </Text>
    );
  return (
    <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Benchmark</Table.Th>
            <Table.Th>Best agent</Table.Th>
            <Table.Th ta="right">Score</Table.Th>
            <Table.Th ta="right">Interval</Table.Th>
            <Table.Th>Completed</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => {
            const best = bestOf(run);
            return (
              <Table.Tr key={run.id}>
                <Table.Td>
                  <Anchor component={Link} to={`/runs/${run.id}`} size="sm">
                    {run.benchmark.title}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  {best?.agent.name ?? NONE}
                  {run.entries.length > 1 && (
                    <Text span size="sm" c="dimmed">
                      {' '}
                      of {run.entries.length}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right">{asPercent(best?.summary?.score)}</Table.Td>
                <Table.Td ta="right">{asRange(best?.summary?.ci_low, best?.summary?.ci_high)}</Table.Td>
                <Table.Td>{asDate(run.completed_at)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const bestOf = ({ entries }: RunOverview) =>
  entries
    .filter(({ summary }) => summary?.score != null)
    .toSorted((a, b) => (b.summary?.score ?? 0) - (a.summary?.score ?? 0))[0];
