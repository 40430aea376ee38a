import { Anchor, Button, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { query } from '../../../api/client.js';
import { BY_CURSOR } from '../../../api/pages.js';
import type { Outcome, Result, Run } from '../../../api/types.js';
import { Answer } from '../../../ui/answer.js';
import { asCount } from '../../../ui/format.js';
import { Section } from '../../../ui/section.js';

const FAILURES = ['agent_error', 'infra_error', 'unscored'] as const;

/** Trials without a score, by what was the matter. */
export function Errors({ run }: { run: Run }) {
  const counts = FAILURES.map((outcome) => ({
    outcome,
    count: run.entries.reduce((sum, { summary }) => sum + (summary?.outcomes[outcome] ?? 0), 0),
  })).filter(({ count }) => count > 0);
  if (counts.length === 0) return null;
  return (
    <Section
      title="Trials without a score"
      lead="An error never counts as a wrong answer by silence: these trials are left out of the scores."
    >
      {counts.map(({ outcome, count }) => (
        <Causes key={outcome} run={run} outcome={outcome} count={count} />
      ))}
    </Section>
  );
}

function Causes({ run, outcome, count }: { run: Run; outcome: Outcome; count: number }) {
  const failed = query.useInfiniteQuery(
    'get',
    '/api/v1/results',
    { params: { query: { run_id: run.id, outcome, limit: 100 } } },
    {
      ...BY_CURSOR,
      select: ({ pages }) => pages.flatMap(({ items }) => items),
    },
  );
  const groups = useMemo(() => byCause(failed.data ?? []), [failed.data]);
  return (
    <Answer of={failed}>
      {(trials) => (
        <>
          <Table.ScrollContainer minWidth={560} type="native" tabIndex={0}>
            <Table captionSide="top">
              <Table.Caption ta="left">
                {outcome}: {asCount(count)} trials
                {trials.length < count && `, of which the first ${asCount(trials.length)} are counted here`}
              </Table.Caption>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Cause</Table.Th>
                  <Table.Th>Agent</Table.Th>
                  <Table.Th ta="right">Trials</Table.Th>
                  <Table.Th>Such as</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {groups.map(({ cause, first, trials: number }) => (
                  <Table.Tr key={`${cause} ${first.entry_id}`}>
                    <Table.Td>{cause}</Table.Td>
                    <Table.Td>{first.agent}</Table.Td>
                    <Table.Td ta="right">{asCount(number)}</Table.Td>
                    <Table.Td>
                      <Anchor
                        size="sm"
                        renderRoot={(props) => (
                          <Link
                            to="/runs/$runId/samples/$sampleId"
                            params={{ runId: run.id, sampleId: first.sample_id }}
                            search={{ outcome, agent: first.agent, entries: first.entry_id }}
                            {...props}
                          />
                        )}
                      >
                        {first.sample_id}
                      </Anchor>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {failed.hasNextPage && (
            <Text size="sm">
              <Button
                size="compact-sm"
                variant="default"
                loading={failed.isFetchingNextPage}
                onClick={() => void failed.fetchNextPage()}
              >
                Count more
              </Button>
            </Text>
          )}
        </>
      )}
    </Answer>
  );
}

interface Cause {
  cause: string;
  first: Result;
  trials: number;
}

/** The most frequent first. */
function byCause(results: Result[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const result of results) {
    const cause = result.error_code ?? 'no code';
    const key = `${result.entry_id} ${cause}`;
    const known = causes.get(key);
    if (known) known.trials++;
    else causes.set(key, { cause, first: result, trials: 1 });
  }
  return [...causes.values()].sort((a, b) => b.trials - a.trials);
}
