import { List, Stack, Table, Text, Title } from '@mantine/core';
import type { Series } from '../../api/types.js';
import { asP } from '../../ui/format.js';
import { CsvButton } from './csv-button.js';
import { Section } from '../../ui/section.js';
import { metricOf } from './trend-metrics.js';

/** What changed, in the service's words, and the slopes where there is drift. */
export function TrendFindings({ series }: { series: Series[] }) {
  const drifts = series.flatMap(({ agent, drifts: found }) => found.map((drift) => ({ agent, ...drift })));
  return (
    <Section
      title="What changed"
      lead="Jumps need ten entries, drift eight. Latency and cost are looked at as the score is."
      actions={<CsvButton name="drift" rows={drifts} />}
    >
      {series.map(({ agent, text, left_out }) => (
        <Stack key={agent} gap={4}>
          <Title order={3} size="h5">
            {agent}
          </Title>
          <List size="sm">
            {text.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
            {left_out > 0 && (
              <List.Item>{left_out} under other conditions than the newest are left out.</List.Item>
            )}
          </List>
        </Stack>
      ))}
      {drifts.length > 0 && (
        <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table aria-label="Drift">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Agent</Table.Th>
                <Table.Th>Drift of</Table.Th>
                <Table.Th>A day</Table.Th>
                <Table.Th>95 % interval</Table.Th>
                <Table.Th>p, Holm</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {drifts.map(({ agent, metric, per_day, ci_low, ci_high, p_value }) => {
                const { title, format } = metricOf(metric);
                return (
                  <Table.Tr key={`${agent} ${metric}`}>
                    <Table.Td>{agent}</Table.Td>
                    <Table.Td>{title.toLowerCase()}</Table.Td>
                    <Table.Td>{format(per_day)}</Table.Td>
                    <Table.Td>
                      {format(ci_low)} to {format(ci_high)}
                    </Table.Td>
                    <Table.Td>
                      {asP(p_value)}
                      {p_value >= 0.05 && (
                        <Text span size="xs" c="dimmed">
                          , no drift shown
                        </Text>
                      )}
                    </Table.Td>
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  );
}
