import { Alert, List, Text } from '@mantine/core';
import { IconPlayerPause } from '@tabler/icons-react';
import type { Run } from '../../../api/types.js';

/** By code of the pause: what lets the run go on. */
const TO_DO: Record<string, string> = {
  budget_cost: 'The budget is among the limits below. Each call reserves what it may cost at most.',
  budget_tokens: 'The tokens are among the limits below. Each call reserves what it may use at most.',
  budget_duration: 'The time is among the limits below. Only that counts in which the run is processing.',
};

/** Why nothing goes on, or does not for one agent, and what to do about it. */
export function PauseNotice({ run: { pause, entries } }: { run: Run }) {
  const held = entries.filter(({ status, error }) => status === 'paused' && error !== null);
  if (pause === null && held.length === 0) return null;
  return (
    <Alert
      color="yellow"
      icon={<IconPlayerPause />}
      title={pause ? 'This run is paused' : 'Some agents are paused'}
      role="status"
    >
      {pause && (
        <Text size="sm">
          {pause.message} {TO_DO[pause.code] ?? 'Resume lets it go on where it stopped.'}
        </Text>
      )}
      {held.length > 0 && (
        <List size="sm">
          {held.map(({ id, agent, error }) => (
            <List.Item key={id}>
              {agent.name}: {error} Mend it at the provider, then resume.
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
