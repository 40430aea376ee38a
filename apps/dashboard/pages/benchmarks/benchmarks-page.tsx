import { Anchor, Badge, Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconUpload } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useBenchmarks } from '../../api/catalogue.js';
import { useMay } from '../../api/session.js';
import type { Benchmark } from '../../api/types.js';
import { Answer } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { asCount, asDate } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { Suites } from './suites.js';

const SHOWN_CATEGORIES = 3;

const columns: Columns<Benchmark> = [
  {
    id: 'title',
    header: 'Benchmark',
    accessorKey: 'title',
    cell: ({ row: { original } }) => (
      <Stack gap={0}>
        <Anchor
          renderRoot={(props) => (
            <Link to="/benchmarks/$benchmark" params={{ benchmark: original.name }} {...props} />
          )}
        >
          {original.title}
        </Anchor>
        <Text size="xs" c="dimmed">
          {original.name}
        </Text>
      </Stack>
    ),
  },
  { header: 'Version', accessorKey: 'version' },
  { header: 'Samples', accessorKey: 'sample_count', cell: ({ getValue }) => asCount(getValue<number>()) },
  {
    id: 'categories',
    header: 'Categories',
    accessorFn: ({ categories }) => categories.length,
    cell: ({ row: { original } }) => <Categories of={original} />,
  },
  { header: 'Created', accessorKey: 'created_at', cell: ({ getValue }) => asDate(getValue<string>()) },
];

function Categories({ of: { categories } }: { of: Benchmark }) {
  const more = categories.length - SHOWN_CATEGORIES;
  return (
    <Group gap={4}>
      {categories.slice(0, SHOWN_CATEGORIES).map(({ name, title }) => (
        <Badge key={name} variant="default" tt="none" fw={500}>
          {title ?? name}
        </Badge>
      ))}
      {more > 0 && (
        <Text size="xs" c="dimmed">
          and {more} more
        </Text>
      )}
    </Group>
  );
}

const holds = (words: string, { name, title, description, categories }: Benchmark): boolean => {
  const all = [name, title, description, ...categories.map((category) => category.name)]
    .join(' ')
    .toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
};

export function BenchmarksPage() {
  const { q = '', archived = false } = useSearch({ from: '/shell/benchmarks' });
  const navigate = useNavigate({ from: '/benchmarks' });
  const mayWrite = useMay('benchmark:write');
  const benchmarks = useBenchmarks(archived ? 'archived' : 'active');
  const found = useMemo(() => benchmarks.data?.filter((one) => holds(q, one)) ?? [], [benchmarks.data, q]);
  return (
    <Page
      title="Benchmarks"
      lead="Samples, a prompt and scorers. Every change makes a new version, so that old results stay true."
      actions={
        mayWrite && (
          <>
            <Button
              variant="default"
              leftSection={<IconUpload size={16} />}
              renderRoot={(props) => <Link to="/benchmarks/import" {...props} />}
            >
              Import
            </Button>
            <Button
              leftSection={<IconPlus size={16} />}
              renderRoot={(props) => <Link to="/benchmarks/new" {...props} />}
            >
              New benchmark
            </Button>
          </>
        )
      }
    >
      <Group>
        <TextInput
          aria-label="Search benchmarks"
          placeholder="Name, title or category"
          leftSection={<IconSearch size={16} />}
          value={q}
          onChange={({ currentTarget: { value } }) =>
            void navigate({
              search: ({ q: _old, ...rest }) => ({ ...rest, ...(value && { q: value }) }),
              replace: true,
            })
          }
          miw={220}
          flex={1}
        />
        <Switch
          label="Archived"
          checked={archived}
          onChange={({ currentTarget: { checked } }) =>
            void navigate({
              search: ({ archived: _old, ...rest }) => ({
                ...rest,
                ...(checked && { archived: true as const }),
              }),
            })
          }
        />
      </Group>
      <Answer
        of={benchmarks}
        isEmpty={() => found.length === 0}
        empty={
          q !== '' ? (
            <Text>No benchmark has “{q}” in its name, title or categories.</Text>
          ) : archived ? (
            <Text>Nothing is archived.</Text>
          ) : (
            <Text>
              There is no benchmark yet. Import one, write one, or make an edition of a suite below.
            </Text>
          )
        }
      >
        {() => <DataTable label="Benchmarks" columns={columns} rows={found} sortable />}
      </Answer>
      {!archived && <Suites mayMake={mayWrite} />}
    </Page>
  );
}
