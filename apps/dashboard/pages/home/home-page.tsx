import { Table } from '@mantine/core';
import { query } from '../../api/client.js';
import { Answer } from '../../ui/answer.js';
import { asDate } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { RunStatusBadge } from '../../ui/run-status.js';

export function HomePage() {
  const runs = query.useQuery('get', '/api/v1/runs', { params: { query: { limit: 10 } } });
  return (
    <Page title="Home">
      <Answer of={runs} isEmpty={({ items }) => items.length === 0} empty="There is no run yet.">
        {({ items }) => (
          <Table.ScrollContainer minWidth={480}>
            <Table>
              <Table.Tbody>
                {items.map(({ id, benchmark, status, created_at }) => (
                  <Table.Tr key={id}>
                    <Table.Td>{benchmark.title}</Table.Td>
                    <Table.Td>
                      <RunStatusBadge status={status} />
                    </Table.Td>
                    <Table.Td>{asDate(created_at)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Answer>
    </Page>
  );
}
