import { Code, Group, Paper, Select, Stack, Table, Text, Title } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { stringify } from 'yaml';
import { query } from '../../api/client.js';
import type { Benchmark, Diff } from '../../api/types.js';
import { Answer, Empty } from '../../ui/answer.js';
import { asCount } from '../../ui/format.js';
import { Page } from '../../ui/page.js';

/** Samples of each kind that are named. */
const NAMED = 200;

export function DiffPage() {
  const { benchmark: ref } = useParams({ from: '/shell/benchmarks/$benchmark/diff' });
  const benchmark = query.useQuery('get', '/api/v1/benchmarks/{benchmark}', {
    params: { path: { benchmark: ref } },
  });
  return <Answer of={benchmark}>{(data) => <Loaded benchmark={data} />}</Answer>;
}

function Loaded({ benchmark: { id, title, version } }: { benchmark: Benchmark }) {
  const { to = version, from = Math.max(1, to - 1) } = useSearch({
    from: '/shell/benchmarks/$benchmark/diff',
  });
  const navigate = useNavigate({ from: '/benchmarks/$benchmark/diff' });
  const diff = query.useQuery('get', '/api/v1/benchmarks/{benchmark}/diff', {
    params: { path: { benchmark: id }, query: { from: String(from), to: String(to), limit: NAMED } },
  });
  const versions = Array.from({ length: version }, (_, i) => String(version - i));
  return (
    <Page title={`${title}: what changed`}>
      <Group>
        {(['from', 'to'] as const).map((end) => (
          <Select
            key={end}
            label={end === 'from' ? 'From version' : 'To version'}
            w={140}
            data={versions}
            value={String(end === 'from' ? from : to)}
            allowDeselect={false}
            onChange={(value) => void navigate({ search: { from, to, [end]: Number(value) } })}
          />
        ))}
      </Group>
      <Answer of={diff}>{(data) => <Changes diff={data} />}</Answer>
    </Page>
  );
}

function Changes({ diff: { definition, samples } }: { diff: Diff }) {
  const { added, removed, changed } = samples;
  if (definition.length + added.count + removed.count + changed.count === 0)
    return <Empty>Both versions are the same.</Empty>;
  return (
    <Stack>
      <Title order={2} size="h4">
        Definition
      </Title>
      {definition.length === 0 ? (
        <Text c="dimmed">The definition is the same.</Text>
      ) : (
        <Table.ScrollContainer minWidth={560}>
          <Table layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th w="24%">Where</Table.Th>
                <Table.Th>Before</Table.Th>
                <Table.Th>After</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {definition.map(({ path, from, to }) => (
                <Table.Tr key={path} style={{ verticalAlign: 'top' }}>
                  <Table.Td ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                    {path}
                  </Table.Td>
                  <Table.Td>
                    <Value of={from} />
                  </Table.Td>
                  <Table.Td>
                    <Value of={to} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Title order={2} size="h4">
        Samples
      </Title>
      <SampleChanges title="Added" changes={added} />
      <SampleChanges title="Removed" changes={removed} />
      <SampleChanges title="Changed" changes={changed} />
    </Stack>
  );
}

function Value({ of }: { of: unknown }) {
  if (of === undefined)
    return (
      <Text size="sm" c="dimmed">
        not there
      </Text>
    );
  return (
    <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {typeof of === 'string' ? of : stringify(of)}
    </Code>
  );
}

function SampleChanges({ title, changes }: { title: string; changes: Diff['samples']['added'] }) {
  const { count, first } = changes;
  return (
    <Paper withBorder p="sm">
      <Title order={3} size="h5">
        {title}: {asCount(count)}
      </Title>
      {first.map(({ id, fields }) => (
        <Text key={id} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {id}
          {fields && fields.length > 0 && (
            <Text span c="dimmed">
              {' '}
              ({fields.join(', ')})
            </Text>
          )}
        </Text>
      ))}
      {count > first.length && <Text c="dimmed">and {asCount(count - first.length)} more</Text>}
    </Paper>
  );
}
