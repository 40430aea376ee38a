import { Badge, Group, Text } from '@mantine/core';
import { api, query } from '../../api/client.js';
import { useMay, useMe } from '../../api/session.js';
import { Answer, Empty } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { asDate } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import type { ApiKey } from './api-key.js';
import { NewKeyDialog } from './new-key-dialog.js';
import { RotateKeyDialog } from './rotate-key-dialog.js';

export function ApiKeysPage() {
  const mayHaveKeys = useMay('key:write');
  const isPerson = useMe().kind === 'user';
  return (
    <Page
      title="API keys"
      lead="For scripts, CI and the aibench command. A key may do what its scopes say, as far as who made it still may."
      actions={mayHaveKeys && isPerson && <NewKeyDialog />}
    >
      {!isPerson ? (
        <Empty>
          This service runs without sign-in, so that nobody needs a key. AUTH_MODE=token changes it.
        </Empty>
      ) : mayHaveKeys ? (
        <Keys />
      ) : (
        <Empty>Your role makes no keys. An admin of the workspace can change it.</Empty>
      )}
    </Page>
  );
}

function Keys() {
  const keys = query.useQuery('get', '/api/v1/api-keys');
  return (
    <Answer
      of={keys}
      isEmpty={({ items }) => items.length === 0}
      empty={
        <>
          There is no key yet.
          <NewKeyDialog />
        </>
      }
    >
      {({ items }) => <DataTable label="API keys" columns={COLUMNS} rows={items} sortable minWidth={900} />}
    </Answer>
  );
}

const COLUMNS: Columns<ApiKey> = [
  { header: 'Name', accessorKey: 'name' },
  {
    header: 'Begins with',
    accessorKey: 'prefix',
    cell: ({ row }) => (
      <Text span ff="monospace" size="sm">
        {row.original.prefix}…
      </Text>
    ),
  },
  {
    header: 'Scopes',
    enableSorting: false,
    cell: ({ row }) => (
      <Group gap={4}>
        {row.original.scopes.map((scope) => (
          <Badge key={scope} variant="default" tt="none" fw={400}>
            {scope}
          </Badge>
        ))}
      </Group>
    ),
  },
  {
    header: 'Ends',
    accessorKey: 'expires_at',
    cell: ({ row: { original } }) => (original.expires_at ? asDate(original.expires_at) : 'never'),
  },
  {
    header: 'Last used',
    accessorKey: 'last_used_at',
    cell: ({ row: { original } }) => (original.last_used_at ? asDate(original.last_used_at) : 'never'),
  },
  {
    id: 'actions',
    header: 'Actions',
    enableSorting: false,
    // A rotated key is another one of its name, and its dialog has yet to show what it is.
    cell: ({ row: { original } }) => (
      <Group key={original.name} gap={4} wrap="nowrap">
        <RotateKeyDialog apiKey={original} />
        <FormDialog
          label="Revoke"
          title={`Revoke ${original.name}?`}
          submit="Revoke"
          color="red"
          variant="subtle"
          size="compact-sm"
          send={async () => {
            await api.DELETE('/api/v1/api-keys/{api_key_id}', {
              params: { path: { api_key_id: original.id } },
            });
          }}
        >
          <Text size="sm">Whatever uses it is refused within five seconds. There is no way back.</Text>
        </FormDialog>
      </Group>
    ),
  },
];
