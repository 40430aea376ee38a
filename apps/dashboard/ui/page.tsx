import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface PageProps {
  title: string;
  /** A sentence below the title. */
  lead?: ReactNode;
  /** Buttons at its right. */
  actions?: ReactNode;
  children: ReactNode;
}

/** One page: its only first-level heading, what one can do with all of it, and its content. */
export function Page({ title, lead, actions, children }: PageProps) {
  useDocumentTitle(`${title} · AI Benchmark Service`);
  return (
    <Stack gap="lg" maw={1400} mx="auto">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} miw={0} flex="1 1 240px">
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {lead !== undefined && <Text c="dimmed">{lead}</Text>}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
