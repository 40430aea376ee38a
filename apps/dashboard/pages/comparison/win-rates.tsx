import { MultiSelect, Table, Text } from '@mantine/core';
import { query } from '../../api/client.js';
import { Answer } from '../../ui/answer.js';
import { asPercent } from '../../ui/format.js';
import { useBenchmarks } from './benchmark-select.js';
import { CsvButton } from './csv-button.js';
import { entryName } from './names.js';
import { listOf, type Period } from './search.js';
import { Section } from '../../ui/section.js';

interface WinRatesProps {
  /** Names with commas. */
  benchmarks: string | undefined;
  period: Period;
  onBenchmarks: (names: string | undefined) => void;
}

/** How many of the others an agent beats, on average over benchmarks. */
export function WinRates({ benchmarks, period, onBenchmarks }: WinRatesProps) {
  const names = listOf(benchmarks);
  const known = useBenchmarks().data?.items.map(({ name }) => name) ?? [];
  const rates = query.useQuery(
    'get',
    '/api/v1/analytics/win-rates',
    { params: { query: { benchmarks: benchmarks ?? '', ...period } } },
    { enabled: names.length > 1 },
  );
  const rows = (rates.data?.agents ?? []).map((agent) => ({
    agent: entryName(agent),
    mean_win_rate: agent.mean_win_rate,
    ...Object.fromEntries(
      (rates.data?.benchmarks ?? []).map(({ name }, place) => [name, agent.scores[place] ?? null]),
    ),
  }));
  return (
    <Section
      title="Over several benchmarks"
      lead="Mean win rate: the share of the other agents that one beats, averaged over the benchmarks; ties count half. It depends on who takes part."
      actions={<CsvButton name="win-rates" rows={rows} />}
    >
      <MultiSelect
        label="Benchmarks"
        placeholder={names.length < 2 ? 'Choose two or more' : undefined}
        data={[...new Set([...known, ...names])]}
        value={names}
        onChange={(chosen) => onBenchmarks(chosen.join(',') || undefined)}
        searchable
        hidePickedOptions
        maxValues={20}
      />
      {names.length > 1 && (
        <Answer
          of={rates}
          isEmpty={({ agents }) => agents.length === 0}
          empty="No agent has finished a run of them."
        >
          {(data) => (
            <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
              <Table aria-label="Win rates">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Agent</Table.Th>
                    <Table.Th>Mean win rate</Table.Th>
                    {data.benchmarks.map(({ name, version }) => (
                      <Table.Th key={name}>
                        {name}
                        <Text span c="dimmed" size="xs">
                          @{version}
                        </Text>
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {data.agents.map((agent) => (
                    <Table.Tr key={entryName(agent)}>
                      <Table.Td>{entryName(agent)}</Table.Td>
                      <Table.Td>{asPercent(agent.mean_win_rate)}</Table.Td>
                      {agent.scores.map((score, place) => (
                        <Table.Td key={data.benchmarks[place]?.name}>{asPercent(score)}</Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Answer>
      )}
    </Section>
  );
}
