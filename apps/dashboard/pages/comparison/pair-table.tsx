import { Table, Text } from '@mantine/core';
import type { Comparison, Pair } from '../../api/types.js';
import { asCount, asP, asPercent, asPoints, NONE } from '../../ui/format.js';
import { CsvButton } from './csv-button.js';
import { distinctNames } from './names.js';
import { Section } from '../../ui/section.js';
import { VerdictBadge } from './verdict.js';

const METHODS: Record<Pair['method'], string> = {
  mcnemar: 'McNemar',
  paired_t: 'paired t',
  cluster_robust_t: 't by category',
};

/** Each pair's figures and its verdict in words. */
export function PairTable({ comparison: { entries, pairs } }: { comparison: Comparison }) {
  const names = distinctNames(entries);
  const many = pairs.length > 1;
  const rows = pairs.map(({ candidate, baseline, gained, lost, bootstrap: _, ...figures }) => ({
    candidate: names.get(candidate),
    baseline: names.get(baseline),
    ...figures,
    gained: gained.count,
    lost: lost.count,
  }));
  return (
    <Section
      title="Verdicts"
      lead={
        many
          ? `${pairs.length} pairs are tested at once, so verdicts are by Holm’s p-values: the chance of any wrong “better” or “worse” among them stays at 5 %. Benjamini and Hochberg’s hold the share of wrong ones.`
          : undefined
      }
      actions={<CsvButton name="comparison" rows={rows} />}
    >
      <Table.ScrollContainer minWidth={900} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label="Verdicts">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Candidate − baseline</Table.Th>
              <Table.Th>Verdict</Table.Th>
              <Table.Th>Difference</Table.Th>
              <Table.Th>p</Table.Th>
              {many && <Table.Th>p, Holm</Table.Th>}
              {many && <Table.Th>p, BH</Table.Th>}
              <Table.Th>Win / tie / loss</Table.Th>
              <Table.Th>Samples</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pairs.map((pair) => (
              <Table.Tr key={`${pair.candidate} ${pair.baseline}`} style={{ verticalAlign: 'top' }}>
                <Table.Td>
                  <Text size="sm" fw={600}>
                    {names.get(pair.candidate)}{' '}
                    <Text span c="dimmed">
                      {asPercent(pair.candidate_score)}
                    </Text>
                  </Text>
                  <Text size="sm">
                    − {names.get(pair.baseline)}{' '}
                    <Text span c="dimmed">
                      {asPercent(pair.baseline_score)}
                    </Text>
                  </Text>
                </Table.Td>
                <Table.Td miw={260}>
                  <VerdictBadge verdict={pair.verdict} />
                  <Text size="sm">{pair.text}</Text>
                </Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>
                  <Text size="sm">{asPoints(pair.delta)}</Text>
                  <Text size="xs" c="dimmed">
                    {pair.ci_low === null ? NONE : `${asPoints(pair.ci_low)} to ${asPoints(pair.ci_high)}`}
                  </Text>
                </Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>
                  {asP(pair.p_value)}
                  <Text size="xs" c="dimmed">
                    {METHODS[pair.method]}
                  </Text>
                </Table.Td>
                {many && <Table.Td style={{ whiteSpace: 'nowrap' }}>{asP(pair.p_holm)}</Table.Td>}
                {many && (
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>{asP(pair.p_benjamini_hochberg)}</Table.Td>
                )}
                <Table.Td>
                  {asCount(pair.wins)} / {asCount(pair.ties)} / {asCount(pair.losses)}
                </Table.Td>
                <Table.Td>
                  {asCount(pair.n)}
                  {pair.only_candidate + pair.only_baseline > 0 && (
                    <Text size="xs" c="dimmed">
                      {asCount(pair.only_candidate + pair.only_baseline)} left out, with one score only
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
