import { Button, Center, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { query } from '../../api/client.js';
import { forgetAll } from '../../api/session.js';
import { Failure } from '../../ui/answer.js';

export function SignInPage() {
  useDocumentTitle('Sign in · AI Benchmark Service');
  const { to = '/' } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const login = query.useMutation('post', '/api/v1/auth/login', {
    onSuccess: () => {
      forgetAll();
      void navigate({ href: to });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [email, password] = ['email', 'password'].map((name) => fields.get(name) as string);
    login.mutate({ body: { email: email ?? '', password: password ?? '', cookie: true } });
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w={400} maw="100%">
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h3">
              Sign in
            </Title>
            <TextInput
              label="Email address"
              name="email"
              type="email"
              autoComplete="username"
              required
              autoFocus
            />
            <PasswordInput label="Password" name="password" autoComplete="current-password" required />
            {login.isError && <Failure error={login.error} />}
            <Button type="submit" loading={login.isPending}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
