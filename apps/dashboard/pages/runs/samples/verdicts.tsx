import { Stack, Table, Text, Title } from '@mantine/core';
import type { Transcript } from '../../../api/types.js';
import { asCount, asLatency, asPercent, asUsd } from '../../../ui/format.js';

/** What judges said, and what it took them. */
export function Verdicts({ verdicts }: { verdicts: NonNullable<Transcript['verdicts']> }) {
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        Judges
      </Title>
      <Table.ScrollContainer minWidth={420} type="native" tabIndex={0}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Judge</Table.Th>
              <Table.Th>Verdict</Table.Th>
              <Table.Th>Took</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {verdicts.map((verdict, place) => (
              <Table.Tr key={place}>
                <Table.Td>
                  {verdict.judge}
                  <Text size="xs" c="dimmed">
                    {verdict.scorer}, {verdict.repeat}
                    {verdict.order !== null && `, ${verdict.order.replace('_', ' ')}`}
                  </Text>
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {asPercent(verdict.value)} {verdict.explanation}
                  {verdict.error !== null && (
                    <Text size="sm" c="red">
                      {verdict.error}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td className="figures">
                  {asLatency(verdict.latency_ms)}, {asCount(verdict.input_tokens)} →{' '}
                  {asCount(verdict.output_tokens)} tokens, {asUsd(verdict.cost_usd)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
