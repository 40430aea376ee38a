export const RUN_STATUSES = ['queued', 'processing', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const ENTRY_STATUSES = ['processing', 'paused', 'completed', 'failed', 'cancelled'] as const;
export type EntryStatus = (typeof ENTRY_STATUSES)[number];

/** Why an entry or a run stops: stable for programs, and in words for people. */
export interface Reason {
  code: string;
  message: string;
}

/** The error code of an entry that the run's own `fail_on_error` ended. */
export const TOO_MANY_ERRORS = 'too_many_errors';

const NEXT: Record<RunStatus, readonly RunStatus[]> = {
  queued: ['processing', 'paused', 'cancelled', 'failed'],
  processing: ['paused', 'completed', 'failed', 'cancelled'],
  // The trials in flight when it was paused may have been the last.
  paused: ['queued', 'processing', 'completed', 'failed', 'cancelled'],
  // When its errors are tried again, or agents or epochs added.
  completed: ['queued'],
  failed: ['queued'],
  cancelled: [],
};

const FINISHED: readonly RunStatus[] = ['completed', 'failed', 'cancelled'];

export const canBecome = (from: RunStatus, to: RunStatus): boolean => NEXT[from].includes(to);

/** The statuses from which a run may become `to`, for the WHERE of the statement that changes it. */
export const statusesBefore = (to: RunStatus): RunStatus[] =>
  RUN_STATUSES.filter((from) => canBecome(from, to));

/** Whether it goes on only by somebody's wish. */
export const isFinished = (status: RunStatus): boolean => FINISHED.includes(status);

interface EntryEnd {
  status: EntryStatus;
  errorCode: string | null;
}

/**
 * What a run comes to when its entries stand like that; null while one is processing. It failed if no agent got
 * through, or if one had more errors than the run bears.
 */
export function runStatusOf(entries: readonly EntryEnd[]): 'completed' | 'failed' | 'paused' | null {
  const some = (wanted: EntryStatus): boolean => entries.some(({ status }) => status === wanted);
  if (some('processing')) return null;
  if (some('paused')) return 'paused';
  const failed = entries.filter(({ status }) => status === 'failed');
  const intolerable = failed.some(({ errorCode }) => errorCode === TOO_MANY_ERRORS);
  return failed.length === entries.length || intolerable ? 'failed' : 'completed';
}
