import { Button, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';

const STEPS = [
  {
    title: '1. Look at the benchmarks',
    text: 'Some are built in. Your own come as a file: CSV, JSONL, YAML and what other tools write.',
    to: '/benchmarks',
    button: 'Open benchmarks',
  },
  {
    title: '2. Add an agent',
    text: 'A model of a provider, your own HTTP service, or a baseline that needs no key.',
    to: '/agents',
    button: 'Open agents',
  },
  {
    title: '3. Run them',
    text: 'Every answer is kept and scored, and each score comes with its interval.',
    to: '/runs/new',
    button: 'Start a run',
  },
] as const;

/** Of a workspace in which nothing was run yet. */
export function FirstSteps() {
  return (
    <Stack>
      <Text>Nothing was run here yet. Three steps to the first result:</Text>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {STEPS.map(({ title, text, to, button }) => (
          <Paper key={to} withBorder p="md">
            <Stack h="100%" justify="space-between">
              <div>
                <Title order={2} size="h5">
                  {title}
                </Title>
                <Text size="sm" c="dimmed">
                  {text}
                </Text>
              </div>
              <Button component={Link} to={to} variant="light">
                {button}
              </Button>
            </Stack>
          </Paper>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
