import { Text, TextInput } from '@mantine/core';
import { api } from '../../api/client.js';
import { textOf } from '../../ui/fields.js';
import { NewPassword } from '../../ui/new-password.js';
import { EntryForm } from './entry-form.js';
import { TokenField } from './token-field.js';

const setUp = (fields: FormData) =>
  api.POST('/api/v1/auth/setup', {
    body: {
      token: textOf(fields, 'token'),
      email: textOf(fields, 'email'),
      name: textOf(fields, 'name'),
      password: textOf(fields, 'password'),
      cookie: true,
    },
  });

export function SetupPage() {
  return (
    <EntryForm title="The first admin" submit="Make my account" send={setUp}>
      <Text size="sm" c="dimmed">
        The service printed a token at its start. Whoever has it sets the service up.
      </Text>
      <TokenField />
      <TextInput
        label="Email address"
        name="email"
        type="email"
        autoComplete="username"
        maxLength={254}
        required
      />
      <TextInput label="Your name" name="name" autoComplete="name" maxLength={100} required />
      <NewPassword />
    </EntryForm>
  );
}
