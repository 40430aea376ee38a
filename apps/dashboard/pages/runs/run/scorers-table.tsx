import { Table, Text } from '@mantine/core';
import type { Run } from '../../../api/types.js';
import { asPercent, asRange, NONE } from '../../../ui/format.js';
import { Section } from '../../../ui/section.js';

/** What each scorer gave, where there is more than one. */
export function ScorersTable({ run }: { run: Run }) {
  const ended = run.entries.filter(({ summary }) => summary !== null);
  const scorers = [
    ...new Set(ended.flatMap(({ summary }) => summary?.per_scorer.map(({ scorer }) => scorer) ?? [])),
  ];
  if (scorers.length < 2) return null;
  return (
    <Section title="By scorer" lead="The score of a trial is the weighted mean of its scorers.">
      <Table.ScrollContainer minWidth={200 + 140 * ended.length} type="native" tabIndex={0}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Scorer</Table.Th>
              {ended.map(({ id, agent }) => (
                <Table.Th key={id}>{agent.name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {scorers.map((name) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">{name}</Table.Th>
                {ended.map(({ id, summary }) => {
                  const group = summary?.per_scorer.find(({ scorer }) => scorer === name);
                  return (
                    <Table.Td key={id}>
                      {group ? asPercent(group.score) : NONE}
                      {group && (
                        <Text size="xs" c="dimmed">
                          {asRange(group.ci_low, group.ci_high)}
                        </Text>
                      )}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
