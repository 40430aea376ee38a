import { Alert, Button, Center, Paper, Stack, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { forgetAll } from '../../api/session.js';
import { Failure } from '../../ui/answer.js';

interface EntryFormProps {
  title: string;
  submit: string;
  /** Signs one in. */
  send: (fields: FormData) => Promise<unknown>;
  /** Where one goes then. */
  to?: string;
  children: ReactNode;
}

/** A way into the service. */
export function EntryForm({ title, submit, send, to = '/', children }: EntryFormProps) {
  useDocumentTitle(`${title} · AI Benchmark Service`);
  const navigate = useNavigate();
  const entry = useMutation({
    mutationFn: send,
    onSuccess: () => {
      forgetAll();
      void navigate({ href: to, replace: true });
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    entry.mutate(new FormData(event.currentTarget));
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w={400} maw="100%">
        <form onSubmit={onSubmit}>
          <Stack>
            <Title order={1} size="h3">
              {title}
            </Title>
            {!window.isSecureContext && (
              <Alert color="yellow" title="This page came over http">
                Browsers keep a sign-in only over https, and on the machine of the service itself.
              </Alert>
            )}
            {children}
            {entry.isError && <Failure error={entry.error} />}
            <Button type="submit" loading={entry.isPending}>
              {submit}
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
