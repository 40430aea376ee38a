import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconScaleOutline } from '@tabler/icons-react';
import { ProblemError } from '../../api/problem.js';

/** In the order of the API's names. */
const EXPLAINED: Record<string, string> = {
  benchmark: 'benchmark content',
  scorers: 'scorer versions',
  settings: 'generation settings',
};

export const isRefused = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && error.problem.code === 'not_comparable';

interface RefusalProps {
  error: ProblemError;
  onAllow: (names: string[]) => void;
}

/** Why the service does not compare the entries, and each difference to be borne by its name. */
export function Refusal({ error: { findings }, onAllow }: RefusalProps) {
  return (
    <Alert color="yellow" icon={<IconScaleOutline />} title="These entries do not compare" role="alert">
      <Stack gap="sm">
        <Text size="sm">
          They differ in more than their agents, so a difference in score would not be one of agents. The same
          samples, scorers and settings give an answer: run the agents again under one of them, or bear the
          difference knowingly. Samples are then paired by their ids.
        </Text>
        <List size="sm" style={{ overflowWrap: 'anywhere' }}>
          {findings.map(({ path, message }) => (
            <List.Item key={path}>{message}</List.Item>
          ))}
        </List>
        <Group gap="xs">
          {findings.map(({ path = '' }) => (
            <Button key={path} variant="default" size="xs" onClick={() => onAllow([path])}>
              Allow other {EXPLAINED[path] ?? path}
            </Button>
          ))}
        </Group>
      </Stack>
    </Alert>
  );
}
