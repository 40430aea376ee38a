import { describe, expect, it } from 'vitest';
import {
  canBecome,
  isFinished,
  runStatusOf,
  statusesBefore,
  TOO_MANY_ERRORS,
  type EntryStatus,
} from './run-state.js';

describe('run state', () => {
  it('lets nothing leave a finished status', () => {
    for (const status of ['completed', 'failed', 'cancelled'] as const) {
      expect(isFinished(status)).toBe(true);
      expect(canBecome(status, 'processing')).toBe(false);
      expect(canBecome(status, 'cancelled')).toBe(false);
    }
  });

  it('can be cancelled from every status that is not finished', () => {
    expect(statusesBefore('cancelled')).toEqual(['queued', 'processing', 'paused']);
  });

  it('completes only what has begun', () => {
    expect(statusesBefore('completed')).toEqual(['processing', 'paused']);
  });

  const ended = (...statuses: (EntryStatus | typeof TOO_MANY_ERRORS)[]) =>
    runStatusOf(
      statuses.map((status) =>
        status === TOO_MANY_ERRORS
          ? { status: 'failed', errorCode: TOO_MANY_ERRORS }
          : { status, errorCode: null },
      ),
    );

  it('goes on while an entry does, and waits where the others are blocked', () => {
    expect(ended('failed', 'processing', 'paused')).toBeNull();
    expect(ended('completed', 'paused')).toBe('paused');
  });

  it('fails a run when every entry failed, or one had more errors than it bears', () => {
    expect(ended('failed', 'completed')).toBe('completed');
    expect(ended('failed', 'failed')).toBe('failed');
    expect(ended('completed', TOO_MANY_ERRORS)).toBe('failed');
  });

  it('lets only completed and failed runs go on from their end', () => {
    expect(statusesBefore('queued')).toEqual(['paused', 'completed', 'failed']);
  });
});
