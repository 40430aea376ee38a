export const RUN_STATUSES = ['queued', 'processing', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export type EntryStatus = 'processing' | 'completed' | 'failed' | 'cancelled';

const NEXT: Record<RunStatus, readonly RunStatus[]> = {
  queued: ['processing', 'paused', 'cancelled', 'failed'],
  processing: ['paused', 'completed', 'failed', 'cancelled'],
  // The trials in flight when it was paused may have been the last.
  paused: ['queued', 'processing', 'completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

export const canBecome = (from: RunStatus, to: RunStatus): boolean => NEXT[from].includes(to);

/** The statuses from which a run may become `to`, for the WHERE of the statement that changes it. */
export const statusesBefore = (to: RunStatus): RunStatus[] =>
  RUN_STATUSES.filter((from) => canBecome(from, to));

export const isFinished = (status: RunStatus): boolean => NEXT[status].length === 0;

/** What a run comes to when its last entry ends: it failed only if no agent got through. */
export function runStatusOf(entries: readonly EntryStatus[]): 'completed' | 'failed' {
  return entries.every((status) => status === 'failed') ? 'failed' : 'completed';
}
