import { NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api, query } from '../../api/client.js';
import { useMe } from '../../api/session.js';
import type { components } from '../../../cli/api/schema.js';
import { Answer, Failure } from '../../ui/answer.js';
import { DataTable, type Columns } from '../../ui/data-table.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { asDate } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { Invitations } from './invitations.js';
import { InviteDialog } from './invite-dialog.js';
import { ROLES, type Role } from './role.js';

type Member = components['schemas']['Member'];

export function MembersPage() {
  const { workspace } = useMe();
  const members = query.useQuery('get', '/api/v1/members');
  return (
    <Page title="Members" lead={`Who may do what in ${workspace.name}.`} actions={<InviteDialog />}>
      <Answer
        of={members}
        isEmpty={({ items }) => items.length === 0}
        empty="Nobody has an account here yet."
      >
        {({ items }) => <DataTable label="Members" columns={COLUMNS} rows={items} sortable />}
      </Answer>
      <Stack gap="xs">
        <Title order={2} size="h4">
          Invitations
        </Title>
        <Invitations />
      </Stack>
    </Page>
  );
}

const COLUMNS: Columns<Member> = [
  { header: 'Name', accessorKey: 'name' },
  { header: 'Email address', accessorKey: 'email' },
  {
    header: 'Role',
    accessorKey: 'role',
    cell: ({ row }) => <RoleOf key={row.original.user_id} member={row.original} />,
  },
  { header: 'Since', accessorKey: 'created_at', cell: ({ row }) => asDate(row.original.created_at) },
  {
    id: 'actions',
    header: 'Actions',
    enableSorting: false,
    cell: ({ row: { original } }) => (
      <FormDialog
        key={original.user_id}
        label="Remove"
        title={`Remove ${original.name}?`}
        submit="Remove"
        color="red"
        variant="subtle"
        size="compact-sm"
        send={async () => {
          await api.DELETE('/api/v1/members/{user_id}', { params: { path: { user_id: original.user_id } } });
        }}
      >
        <Text size="sm">
          {original.email} and their API keys are shut out of this workspace. What they made stays.
        </Text>
      </FormDialog>
    ),
  },
];

function RoleOf({ member: { user_id, name, role } }: { member: Member }) {
  const client = useQueryClient();
  const change = query.useMutation('patch', '/api/v1/members/{user_id}', {
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <Stack gap="xs">
      <NativeSelect
        aria-label={`Role of ${name}`}
        size="xs"
        w={110}
        data={ROLES}
        value={role}
        disabled={change.isPending}
        onChange={({ currentTarget }) =>
          change.mutate({ params: { path: { user_id } }, body: { role: currentTarget.value as Role } })
        }
      />
      {change.isError && <Failure error={change.error} />}
    </Stack>
  );
}
