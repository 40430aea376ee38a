import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { api } from '../../api/client.js';
import { textOf } from '../../ui/fields.js';
import { EntryForm } from './entry-form.js';

const signIn = (fields: FormData) =>
  api.POST('/api/v1/auth/login', {
    body: { email: textOf(fields, 'email'), password: textOf(fields, 'password'), cookie: true },
  });

export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' });
  return (
    <EntryForm title="Sign in" submit="Sign in" to={to} send={signIn}>
      <TextInput label="Email address" name="email" type="email" autoComplete="username" required autoFocus />
      <PasswordInput label="Password" name="password" autoComplete="current-password" required />
      <Text size="sm" c="dimmed">
        No account? An admin of a workspace makes you an invitation. The first admin gets in by the link that
        the service prints at its start.
      </Text>
    </EntryForm>
  );
}
