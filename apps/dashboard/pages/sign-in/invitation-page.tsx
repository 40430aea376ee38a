import { Text, TextInput } from '@mantine/core';
import { api } from '../../api/client.js';
import { textOf } from '../../ui/fields.js';
import { NewPassword } from '../../ui/new-password.js';
import { EntryForm } from './entry-form.js';
import { TokenField } from './token-field.js';

const accept = (fields: FormData) =>
  api.POST('/api/v1/auth/invitation', {
    body: {
      token: textOf(fields, 'token'),
      name: textOf(fields, 'name'),
      password: textOf(fields, 'password'),
      cookie: true,
    },
  });

export function InvitationPage() {
  return (
    <EntryForm title="You are invited" submit="Make my account" send={accept}>
      <Text size="sm" c="dimmed">
        You sign in with the address that you were invited by.
      </Text>
      <TokenField />
      <TextInput label="Your name" name="name" autoComplete="name" maxLength={100} required autoFocus />
      <NewPassword />
    </EntryForm>
  );
}
