import { Badge } from '@mantine/core';
import type { RunStatus } from '../api/types.js';

const COLORS: Record<RunStatus, string> = {
  queued: 'gray',
  processing: 'blue',
  paused: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
};

/** The word says it, the colour repeats it. */
export function RunStatusBadge({ status }: { status: RunStatus }) {
  return (
    <Badge color={COLORS[status]} variant="light">
      {status}
    </Badge>
  );
}

export const isActive = (status: RunStatus): boolean =>
  status === 'queued' || status === 'processing' || status === 'paused';
