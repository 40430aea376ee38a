import { Alert, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Run } from '../../../api/types.js';

/** Why a run, or a part of it, came to no good end. */
export function EndNotice({ run: { status, error, entries } }: { run: Run }) {
  const failed = entries.filter((entry) => entry.error !== null);
  if (status === 'completed' && failed.length === 0) return null;
  return (
    <Alert
      color={status === 'cancelled' ? 'gray' : 'red'}
      icon={<IconAlertTriangle />}
      title={status === 'completed' ? 'Some agents failed' : `This run is ${status}`}
    >
      <Text size="sm">
        {error ??
          (status === 'cancelled' ? 'Somebody cancelled it; what was answered until then is below.' : '')}
      </Text>
      {failed.length > 0 && (
        <List size="sm">
          {failed.map(({ id, agent, error: why }) => (
            <List.Item key={id}>
              {agent.name}: {why}
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
