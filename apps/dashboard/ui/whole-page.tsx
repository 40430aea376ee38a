import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { Link, useRouter } from '@tanstack/react-router';
import { ProblemError } from '../api/problem.js';

export function PendingPage() {
  return (
    <Center mih={240} role="status" aria-label="Loading">
      <Loader />
    </Center>
  );
}

export function MissingPage() {
  return (
    <Centered title="There is no such page">
      <Text c="dimmed">The link may be of another workspace, or what it led to was deleted.</Text>
      <Button component={Link} to="/">
        Go to the start
      </Button>
    </Centered>
  );
}

/** Where a page could not be shown at all. */
export function FailedPage({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <Centered title={error instanceof ProblemError ? 'The service refused' : 'This page failed'}>
      <Text c="dimmed">{error instanceof Error ? error.message : String(error)}</Text>
      <Button onClick={() => void router.invalidate()}>Try again</Button>
    </Centered>
  );
}

function Centered({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Center mih={320} p="md">
      <Stack align="center" maw={520} ta="center" role="alert">
        <Title order={1} size="h2">
          {title}
        </Title>
        {children}
      </Stack>
    </Center>
  );
}
