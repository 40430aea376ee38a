import { List, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { query } from '../../../api/client.js';
import { Answer } from '../../../ui/answer.js';
import { Section } from '../../../ui/section.js';

/** What the service itself makes of a finished run, in words. */
export function Analysis({ runId }: { runId: string }) {
  const of = { params: { path: { run_id: runId } } };
  const analysis = query.useQuery('get', '/api/benchmark/{run_id}/analysis', of);
  const deductions = query.useQuery('get', '/api/benchmark/{run_id}/deductions', of);
  return (
    <Section title="Analysis">
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
        <Answer of={analysis}>
          {({ performance_insights, recommendations }) => (
            <Stack>
              <Points title="What it shows" points={performance_insights} />
              <Points title="What to do" points={recommendations} />
            </Stack>
          )}
        </Answer>
        <Answer of={deductions}>
          {({ patterns, correlations }) => (
            <Stack>
              <Points title="Patterns" points={patterns.map(({ description }) => description)} />
              <Points title="Correlations" points={correlations.map(({ description }) => description)} />
            </Stack>
          )}
        </Answer>
      </SimpleGrid>
    </Section>
  );
}

function Points({ title, points }: { title: string; points: string[] }) {
  return (
    <Stack gap={4}>
      <Title order={3} size="h5">
        {title}
      </Title>
      {points.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing that the figures bear out.
        </Text>
      ) : (
        <List size="sm" spacing={4}>
          {points.map((point) => (
            <List.Item key={point}>{point}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}
