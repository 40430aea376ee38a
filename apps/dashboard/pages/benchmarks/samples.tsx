import { Anchor, Drawer, Select, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { api } from '../../api/client.js';
import { BY_CURSOR, itemsOf, useNextPage } from '../../api/pages.js';
import type { Sample, Version } from '../../api/types.js';
import { Failure } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { NONE } from '../../ui/format.js';
import { PendingPage } from '../../ui/whole-page.js';
import { SampleDetail } from './sample-detail.js';

interface SamplesProps {
  benchmark: string;
  version: number;
  splits: Version['splits'];
}

const PAGE = 100;

/** A version's samples, read page by page as one scrolls. */
export function Samples({ benchmark, version, splits }: SamplesProps) {
  const { split, sample: open } = useSearch({ from: '/shell/benchmarks/$benchmark' });
  const navigate = useNavigate({ from: '/benchmarks/$benchmark' });
  const pages = useInfiniteQuery({
    queryKey: ['samples', benchmark, version, split],
    ...BY_CURSOR,
    queryFn: async ({ pageParam: cursor }) => {
      const { data } = await api.GET('/api/v1/benchmarks/{benchmark}/versions/{version}/samples', {
        params: {
          path: { benchmark, version: String(version) },
          query: {
            limit: PAGE,
            ...(cursor !== null && { cursor }),
            ...(split !== undefined && { split }),
          },
        },
      });
      return data ?? { items: [], next_cursor: null };
    },
  });
  const rows = useMemo(() => (pages.data ? itemsOf(pages.data) : []), [pages.data]);
  const show = useCallback(
    (id: string | undefined) =>
      void navigate({
        search: ({ sample: _old, ...rest }) => ({ ...rest, ...(id !== undefined && { sample: id }) }),
        replace: true,
      }),
    [navigate],
  );
  const columns = useMemo<Columns<Sample>>(
    () => [
      {
        header: 'Sample',
        accessorKey: 'id',
        cell: ({ row: { original } }) => (
          <Anchor component="button" type="button" fz="sm" onClick={() => show(original.id)}>
            {original.id}
          </Anchor>
        ),
      },
      { header: 'Input', accessorKey: 'input', cell: ({ getValue }) => <Short text={getValue<string>()} /> },
      {
        id: 'target',
        header: 'Target',
        accessorFn: ({ target }) => target.join(' | '),
        cell: ({ getValue }) => <Short text={getValue<string>()} width={200} />,
      },
      { header: 'Category', accessorKey: 'category', cell: ({ getValue }) => getValue<string>() ?? NONE },
      { id: 'tags', header: 'Tags', accessorFn: ({ tags }) => tags.join(', ') || NONE },
    ],
    [show],
  );
  const readOn = useNextPage(pages);
  const opened = rows.find(({ id }) => id === open);
  if (pages.isPending) return <PendingPage />;
  if (pages.isError) return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  return (
    <Stack>
      {splits.length > 0 && (
        <Select
          label="Split"
          w={220}
          clearable
          placeholder="Those that are scored"
          data={splits.map(({ name, samples }) => ({ value: name, label: `${name} (${samples})` }))}
          value={split ?? null}
          onChange={(value) =>
            void navigate({
              search: ({ split: _old, ...rest }) => ({ ...rest, ...(value !== null && { split: value }) }),
            })
          }
        />
      )}
      <DataTable label="Samples" columns={columns} rows={rows} onEnd={readOn} />
      <Drawer
        opened={opened !== undefined}
        onClose={() => show(undefined)}
        title={`Sample ${open}`}
        position="right"
        size="lg"
      >
        {opened && <SampleDetail sample={opened} />}
      </Drawer>
    </Stack>
  );
}

function Short({ text, width = 460 }: { text: string; width?: number }) {
  return (
    <Text size="sm" truncate maw={width}>
      {text}
    </Text>
  );
}
