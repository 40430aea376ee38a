import { Anchor, Button, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { query } from '../../api/client.js';
import type { Benchmark } from '../../api/types.js';
import { Answer } from '../../ui/answer.js';
import { asCount, asDate } from '../../ui/format.js';

/** The newest hundred versions, each with what came with it. */
export function Versions({ benchmark: { id, name } }: { benchmark: Benchmark }) {
  const versions = query.useQuery('get', '/api/v1/benchmarks/{benchmark}/versions', {
    params: { path: { benchmark: id }, query: { limit: 100 } },
  });
  return (
    <Answer of={versions}>
      {({ items }) => (
        <Table.ScrollContainer minWidth={520}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Version</Table.Th>
                <Table.Th>Samples</Table.Th>
                <Table.Th>Content</Table.Th>
                <Table.Th>Created</Table.Th>
                <Table.Th>Changes</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map(({ version, sample_count, content_hash, created_at }) => (
                <Table.Tr key={version}>
                  <Table.Td>
                    <Anchor
                      renderRoot={(props) => (
                        <Link
                          to="/benchmarks/$benchmark"
                          params={{ benchmark: name }}
                          search={{ version }}
                          {...props}
                        />
                      )}
                    >
                      {version}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{asCount(sample_count)}</Table.Td>
                  <Table.Td ff="monospace">{content_hash.slice(0, 12)}</Table.Td>
                  <Table.Td>{asDate(created_at)}</Table.Td>
                  <Table.Td>
                    {version > 1 && (
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        renderRoot={(props) => (
                          <Link
                            to="/benchmarks/$benchmark/diff"
                            params={{ benchmark: name }}
                            search={{ from: version - 1, to: version }}
                            {...props}
                          />
                        )}
                      >
                        Compare with {version - 1}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Answer>
  );
}
