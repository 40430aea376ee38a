import { Button, Code, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import type { components } from '../../../cli/api/schema.js';
import { query } from '../../api/client.js';
import { BY_CURSOR, itemsOf, useNextPage } from '../../api/pages.js';
import { Answer } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { asDate, NONE } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { AuditFilters } from './audit-filters.js';

type AuditEntry = components['schemas']['AuditEntry'];

const route = getRouteApi('/shell/settings/audit');

/** Who changed what, newest first. */
export function AuditPage() {
  const filter = route.useSearch();
  const entries = query.useInfiniteQuery(
    'get',
    '/api/v1/audit',
    { params: { query: { ...filter, limit: 100 } } },
    BY_CURSOR,
  );
  const next = useNextPage(entries);
  const exported = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]));
  return (
    <Page
      title="Audit"
      lead="Whatever was changed, and what was refused."
      actions={
        <Button
          component="a"
          href={`/api/v1/audit/export?${exported}`}
          download="audit.jsonl"
          variant="default"
          leftSection={<IconDownload size={16} />}
        >
          Export JSONL
        </Button>
      }
    >
      <AuditFilters filter={filter} />
      <Answer
        of={entries}
        isEmpty={(data) => itemsOf(data).length === 0}
        empty="Nothing in the log is like that. A wider filter finds more."
      >
        {(data) => (
          <DataTable label="Audit log" columns={COLUMNS} rows={itemsOf(data)} onEnd={next} minWidth={960} />
        )}
      </Answer>
    </Page>
  );
}

const COLUMNS: Columns<AuditEntry> = [
  { header: 'When', accessorKey: 'at', cell: ({ row }) => asDate(row.original.at) },
  {
    header: 'Who',
    cell: ({ row: { original } }) => (
      <>
        {original.actor_kind.replace('_', ' ')}
        <Id>{original.actor_id}</Id>
      </>
    ),
  },
  {
    header: 'What',
    cell: ({ row: { original } }) => (
      <>
        <Code>{original.action}</Code>
        {original.count > 1 && ` × ${original.count}`}
      </>
    ),
  },
  {
    header: 'Of',
    cell: ({ row: { original } }) => (
      <>
        {original.target_type ?? NONE}
        <Id>{original.target_id}</Id>
      </>
    ),
  },
  { header: 'Answer', accessorKey: 'status', cell: ({ row }) => row.original.status ?? NONE },
  { header: 'From', accessorKey: 'address', cell: ({ row }) => row.original.address ?? NONE },
];

function Id({ children }: { children: string | null }) {
  return (
    <Text size="xs" c="dimmed" ff="monospace">
      {children}
    </Text>
  );
}
