import { describe, expect, it } from 'vitest';
import { canBecome, isFinished, runStatusOf, statusesBefore } from './run-state.js';

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

  it('fails a run only when every entry failed', () => {
    expect(runStatusOf(['failed', 'completed'])).toBe('completed');
    expect(runStatusOf(['failed', 'failed'])).toBe('failed');
  });
});
