import { Text } from '@mantine/core';
import type { components } from '../../../cli/api/schema.js';
import { api, query } from '../../api/client.js';
import { Answer } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { asDate, NONE } from '../../ui/format.js';

type Invitation = components['schemas']['Invitation'];

/** Those who were added and have no account yet. */
export function Invitations() {
  const invitations = query.useQuery('get', '/api/v1/members/invitations');
  return (
    <Answer of={invitations} isEmpty={({ items }) => items.length === 0} empty="No invitation is open.">
      {({ items }) => <DataTable label="Invitations" columns={COLUMNS} rows={items} sortable />}
    </Answer>
  );
}

const COLUMNS: Columns<Invitation> = [
  { header: 'Email address', accessorKey: 'email', cell: ({ row }) => row.original.email ?? NONE },
  { header: 'Role', accessorKey: 'role' },
  { header: 'Good until', accessorKey: 'expires_at', cell: ({ row }) => asDate(row.original.expires_at) },
  {
    id: 'actions',
    header: 'Actions',
    enableSorting: false,
    cell: ({ row: { original } }) => (
      <FormDialog
        key={original.id}
        label="Withdraw"
        title="Withdraw the invitation?"
        submit="Withdraw"
        color="red"
        variant="subtle"
        size="compact-sm"
        send={async () => {
          await api.DELETE('/api/v1/members/invitations/{invitation_id}', {
            params: { path: { invitation_id: original.id } },
          });
        }}
      >
        <Text size="sm">The link that {original.email ?? 'they'} got no longer works.</Text>
      </FormDialog>
    ),
  },
];
