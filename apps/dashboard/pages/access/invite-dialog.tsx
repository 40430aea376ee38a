import { NativeSelect, Text, TextInput } from '@mantine/core';
import { api } from '../../api/client.js';
import { textOf } from '../../ui/fields.js';
import { FormDialog } from '../../ui/form-dialog.js';
import { asDate } from '../../ui/format.js';
import { ROLES, type Role } from './role.js';
import { ShownOnce } from './shown-once.js';

async function add(fields: FormData) {
  const email = textOf(fields, 'email');
  const { data } = await api.POST('/api/v1/members', {
    body: { email, role: textOf(fields, 'role') as Role },
  });
  if (!data?.invitation) return <Text>{email} has an account, and is in.</Text>;
  const { token, expires_at } = data.invitation;
  return (
    // Behind the #, so that no server gets to see it.
    <ShownOnce value={`${location.origin}/invitation#token=${token}`}>
      Hand this link to {email}: the service sends no mail. It is good once, until {asDate(expires_at)}.
    </ShownOnce>
  );
}

export function InviteDialog() {
  return (
    <FormDialog label="Add a member" title="Add a member" submit="Add" send={add}>
      <TextInput label="Email address" name="email" type="email" maxLength={254} required data-autofocus />
      <NativeSelect
        label="Role"
        description="Viewers read, editors also run benchmarks, admins may do everything."
        name="role"
        data={ROLES}
        defaultValue="editor"
      />
    </FormDialog>
  );
}
