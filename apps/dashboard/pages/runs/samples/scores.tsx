import { Table, Text } from '@mantine/core';
import type { Result, Transcript } from '../../../api/types.js';
import { asPercent, NONE } from '../../../ui/format.js';

interface ScoresProps {
  scores: Result['scores'];
  explanations: Transcript['explanations'];
}

/** By scorer: its value, the answer that it took from the output, and why. */
export function Scores({ scores, explanations }: ScoresProps) {
  const names = [...new Set([...Object.keys(scores ?? {}), ...Object.keys(explanations ?? {})])];
  if (names.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={320} type="native" tabIndex={0}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Scorer</Table.Th>
            <Table.Th>Score</Table.Th>
            <Table.Th>Extracted answer</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {names.map((name) => (
            <Table.Tr key={name}>
              <Table.Td>
                {name}
                {explanations?.[name] !== undefined && (
                  <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                    {explanations[name]}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{asPercent(scores?.[name]?.value)}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{scores?.[name]?.answer ?? NONE}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
