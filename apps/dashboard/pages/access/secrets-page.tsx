import { Group, Text } from '@mantine/core';
import type { components } from '../../../cli/api/schema.js';
import { api, query } from '../../api/client.js';
import { BY_CURSOR, itemsOf, useNextPage } from '../../api/pages.js';
import { Answer } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { asDate, NONE } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { SecretDialog } from './secret-dialog.js';

type Secret = components['schemas']['Secret'];

export function SecretsPage() {
  const secrets = query.useInfiniteQuery('get', '/api/v1/secrets', {}, BY_CURSOR);
  const next = useNextPage(secrets);
  return (
    <Page
      title="Secrets"
      lead="Keys of providers that agents are called with. They are kept encrypted, and nobody sees them again."
      actions={<SecretDialog label="New secret" />}
    >
      <Answer
        of={secrets}
        isEmpty={(data) => itemsOf(data).length === 0}
        empty={
          <>
            There is no secret yet. Agents whose provider wants a key need one, such as OPENAI_API_KEY.
            <SecretDialog label="New secret" />
          </>
        }
      >
        {(data) => (
          <DataTable label="Secrets" columns={COLUMNS} rows={itemsOf(data)} onEnd={next} minWidth={860} />
        )}
      </Answer>
    </Page>
  );
}

const COLUMNS: Columns<Secret> = [
  { header: 'Name', accessorKey: 'name' },
  { header: 'Goes only to', accessorKey: 'origin' },
  {
    header: 'Ends with',
    accessorKey: 'last_four',
    cell: ({ row: { original } }) => (original.last_four ? `…${original.last_four}` : NONE),
  },
  { header: 'Set', accessorKey: 'updated_at', cell: ({ row }) => asDate(row.original.updated_at) },
  {
    header: 'Last used',
    accessorKey: 'last_used_at',
    cell: ({ row: { original } }) => (original.last_used_at ? asDate(original.last_used_at) : 'never'),
  },
  {
    id: 'actions',
    header: 'Actions',
    cell: ({ row: { original } }) => (
      <Group key={original.name} gap={4} wrap="nowrap">
        <SecretDialog label="Replace" of={original} />
        <FormDialog
          label="Delete"
          title={`Delete ${original.name}?`}
          submit="Delete"
          color="red"
          variant="subtle"
          size="compact-sm"
          send={async () => {
            await api.DELETE('/api/v1/secrets/{name}', { params: { path: { name: original.name } } });
          }}
        >
          <Text size="sm">Agents that name it can no longer be called.</Text>
        </FormDialog>
      </Group>
    ),
  },
];
